type Memory = WebAssembly.Memory;

/**
 * The memory that `start` makes. The threaded build of tfjs-backend-wasm keeps it to itself; WebAssembly.Memory is put
 * back afterwards.
 */
export async function madeMemory(start: () => Promise<void>): Promise<Memory | undefined> {
  const { Memory } = WebAssembly;
  let made: Memory | undefined;
  WebAssembly.Memory = new Proxy(Memory, {
    construct: (target, limits: ConstructorParameters<typeof Memory>) => (made = new target(...limits)),
  });
  try {
    await start();
  } finally {
    WebAssembly.Memory = Memory;
  }
  return made;
}
