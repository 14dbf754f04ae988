let url = 'highs.wasm';

/** Where HiGHS finds its WebAssembly: from the page, unless `setHighsWasm` said otherwise. */
export function highsWasm(): string {
  return url;
}

/**
 * Says where HiGHS, which solves `linear-program`, finds `highs.wasm`: the file that the package `highs` exports as
 * `highs/runtime`, served by you. To be called before the algorithm is first created; else it is beside the page.
 *
 *     import url from 'highs/runtime?url'; // Vite; esbuild: --loader:.wasm=file, and no "?url"
 *     setHighsWasm(url);
 */
export function setHighsWasm(at: string): void {
  url = at;
}
