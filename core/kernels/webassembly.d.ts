/** What kernels use of WebAssembly, which every engine has and neither the ES library nor Node's types declare. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  interface Memory {
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  }
}
declare const WebAssembly: {
  readonly Module: new(bytes: Uint8Array) => WebAssembly.Module;
  readonly Instance: new(
    module: WebAssembly.Module,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
  Memory: new(limits: { initial: number }) => WebAssembly.Memory;
  validate(bytes: Uint8Array): boolean;
};
