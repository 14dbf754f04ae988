import loader from 'highs';

/** One instance of HiGHS for all programs. The default export of its package is the loader; as types go, a module. */
const instance = await (loader as unknown as typeof loader.default)();

export function highs(): typeof instance {
  return instance;
}

/** For programs that run in browsers too: here HiGHS finds its WebAssembly by itself. */
export const setHighsWasm: (at: string) => void = () => undefined;

/** Nothing is left to load. */
export function loadHighs(): Promise<void> {
  return Promise.resolve();
}
