import { LossError } from '../core/errors.js';
import { reasonOf } from '../core/messages.js';
import type loader from './highs-glue.js';

type Highs = Awaited<ReturnType<typeof loader>>;

let url = 'highs.wasm';
let loading: Promise<Highs> | undefined;
let instance: Highs | undefined;

/**
 * Says where HiGHS, which solves `linear-program`, finds `highs.wasm`: the file that the package `highs` exports as
 * `highs/runtime`, served by you. Until then it is expected beside the page.
 *
 *     import url from 'highs/runtime?url'; // Vite; with esbuild 'highs/runtime' and --loader:.wasm=file
 *     setHighsWasm(url);
 */
export function setHighsWasm(at: string): void {
  url = at;
}

/** One instance of HiGHS for all programs; UNSUPPORTED before it is loaded. */
export function highs(): Highs {
  if (instance) return instance;
  throw new LossError('UNSUPPORTED', 'linear-program: HiGHS is not loaded: await linearProgram.load() first');
}

/** Loads HiGHS, once; UNSUPPORTED where its WebAssembly is not where it should be. */
export async function loadHighs(): Promise<void> {
  const at = url;
  loading ??= import('./highs-glue.js').then((glue) => glue.default({ locateFile: () => at }));
  try {
    instance = await loading;
  } catch (cause) {
    loading = undefined;
    const remedy = 'serve highs.wasm of the package highs, and setHighsWasm(its URL)';
    const expected = `linear-program: HiGHS should find its WebAssembly at ${at}`;
    throw new LossError('UNSUPPORTED', `${expected}: ${remedy}; got ${reasonOf(cause)}`, { cause });
  }
}
