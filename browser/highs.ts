import { LossError } from '../core/errors.js';
import { reasonOf } from '../core/messages.js';
import loader from './highs-glue.js';
import { highsWasm } from './highs-wasm.js';

/** HiGHS as the package `highs` loads it; UNSUPPORTED where its WebAssembly is not where it should be. */
export default async function highs(): Promise<Awaited<ReturnType<typeof loader>>> {
  const at = highsWasm();
  try {
    return await loader({ locateFile: () => at });
  } catch (cause) {
    const remedy = 'serve highs.wasm of the package highs, and setHighsWasm(its URL)';
    throw new LossError(
      'UNSUPPORTED',
      `HiGHS should find its WebAssembly at ${at}: ${remedy}; got ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  }
}
