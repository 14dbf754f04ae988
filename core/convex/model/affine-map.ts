import { sortedBy } from '../linear-algebra/sparse.js';

/**
 * Coefficients of an affine map: value[k] times the parameter param[k], or value[k] alone where that is below 0, added
 * to target[k].
 */
export interface Coefficients {
  readonly target: Int32Array;
  readonly param: Int32Array;
  readonly value: Float64Array;
}

/** A sparse map theta -> M theta + base as plain arrays, which other threads can be sent: M[target, param] = value. */
export interface AffineEntries {
  readonly base: Float64Array;
  readonly targets: Int32Array;
  readonly params: Int32Array;
  readonly values: Float64Array;
}

/** theta -> M theta + base, M sparse. */
export interface AffineMap {
  readonly entries: AffineEntries;
  /** Does anything depend on theta? */
  readonly varies: boolean;
  /** M theta + base; `base` itself where nothing depends on theta. */
  apply(theta: Float64Array): Float64Array;
  /** M dTheta */
  push(dTheta: Float64Array): Float64Array;
  /** out += M^T change */
  pull(change: Float64Array, out: Float64Array): void;
}

export function affineMap(size: number, { target, param, value }: Coefficients): AffineMap {
  const base = new Float64Array(size);
  const last = param.reduce((most, p) => Math.max(most, p), -1);
  const order = sortedBy(target, size, sortedBy(param.map((p) => p + 1), last + 2));
  const rest = order.filter((k) => param[k] >= 0);
  for (let k = 0; k < target.length; k++) if (param[k] < 0) base[target[k]] += value[k];
  return affineMapOf({
    base,
    targets: rest.map((k) => target[k]),
    params: rest.map((k) => param[k]),
    values: Float64Array.from(rest, (k) => value[k]),
  });
}

export function affineMapOf(entries: AffineEntries): AffineMap {
  const { base, targets, params, values } = entries;
  const addTo = (out: Float64Array, theta: Float64Array): Float64Array => {
    for (let k = 0; k < targets.length; k++) out[targets[k]] += values[k] * theta[params[k]];
    return out;
  };
  return {
    entries,
    varies: targets.length > 0,
    apply: (theta) => (targets.length > 0 ? addTo(base.slice(), theta) : base),
    push: (dTheta) => addTo(new Float64Array(base.length), dTheta),
    pull(change, out) {
      for (let k = 0; k < targets.length; k++) out[params[k]] += values[k] * change[targets[k]];
    },
  };
}
