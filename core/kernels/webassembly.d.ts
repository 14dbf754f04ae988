/** What kernels.ts uses of WebAssembly, which every engine has and neither the ES library nor Node's types declare. */
declare const WebAssembly: {
  readonly Module: new(bytes: Uint8Array) => object;
  readonly Instance: new(
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
  readonly Memory: new(limits: { initial: number }) => { readonly buffer: ArrayBuffer };
};
