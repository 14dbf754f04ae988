import { addScaled, dot } from '../../linear-algebra/vectors.js';

/** Steps in turn that gain nothing, and what share of the residual is nothing. */
const [IDLE, NOTHING] = [3, 1e-6];

/**
 * An x with |r - K x| least among those that `steps` products with K and with an approximate inverse M of it reach:
 * generalised conjugate residuals (Eisenstat, Elman and Schultz, Variational iterative methods for nonsymmetric systems
 * of linear equations, SIAM J. Numer. Anal. 20, 1983). Where K M has but few eigenvalues far from 1 it takes about as
 * many steps, however near to 0 these are. Ends below `tolerance`, or where some steps in turn gain nothing: the next directions would
 * be what rounding has left of these.
 */
export function conjugateResiduals(
  r: Float64Array,
  inverse: (v: Float64Array) => Float64Array,
  times: (v: Float64Array) => Float64Array,
  { steps, tolerance }: { readonly steps: number; readonly tolerance: number },
): Float64Array {
  const x = new Float64Array(r.length);
  const left = r.slice();
  const directions: Float64Array[] = [];
  const images: Float64Array[] = [];
  for (let k = 0, idle = 0; k < steps && idle < IDLE && Math.sqrt(dot(left, left)) > tolerance; k++) {
    const direction = inverse(left);
    const image = times(direction);
    for (let j = 0; j < k; j++) {
      const share = dot(image, images[j]);
      addScaled(-share, images[j], image);
      addScaled(-share, directions[j], direction);
    }
    const length = Math.sqrt(dot(image, image));
    if (!(length > 0 && length < Infinity)) break;
    for (let i = 0; i < x.length; i++) {
      direction[i] /= length;
      image[i] /= length;
    }
    const step = dot(left, image);
    idle = Math.abs(step) < NOTHING * Math.sqrt(dot(left, left)) ? idle + 1 : 0;
    addScaled(step, direction, x);
    addScaled(-step, image, left);
    directions.push(direction);
    images.push(image);
  }
  return x;
}
