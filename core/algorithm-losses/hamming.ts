import { LossError } from '../errors.js';
import { distances as distancesKernel, instantiate } from '../kernels/kernels.js';
import { forEachPart } from '../kernels/parts.js';

/** By how much solvers may break the bounds of a solution: ten times what HiGHS may. */
const TOLERANCE = 1e-6;
/** Entries that the kernel takes at a time. */
const CHUNK = 4096;

let workspace: ReturnType<typeof createWorkspace> | undefined;

function createWorkspace() {
  const { kernel, float64 } = instantiate(distancesKernel, ({ allocate }) => allocate(CHUNK));
  return {
    kernel,
    solutions: float64(kernel.solutions, CHUNK),
    target: float64(kernel.target, CHUNK),
    distances: float64(kernel.distances, CHUNK),
  };
}

/** Adds the Hamming distance of each row w of (S, k) from t to `out`; UNSUPPORTED for entries that are not in [0, 1]. */
export function hammingDistances(w: Float64Array, t: Float64Array, out: Float64Array): void {
  const { kernel, solutions, target, distances } = (workspace ??= createWorkspace());
  forEachPart(w.length, t.length, CHUNK, (from, count, j, width) => {
    target.set(t.subarray(j, j + width));
    solutions.set(w.subarray(from, from + count));
    if (kernel.hamming(count, width) > TOLERANCE) throw beyondUnit(w, t.length);
    for (let row = 0, r = Math.floor(from / t.length); row < count / width; row++, r++) out[r] += distances[row];
  });
}

function beyondUnit(w: Float64Array, m: number): LossError {
  const k = w.findIndex((wj) => wj < -TOLERANCE || wj > 1 + TOLERANCE);
  return new LossError(
    'UNSUPPORTED',
    `distance hamming: solutions should have entries in [0, 1] ('squared' takes any), got ${w[k]} at ${k % m}`,
  );
}
