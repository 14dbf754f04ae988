/**
 * One coefficient of an affine map: `value` times the parameter, or `value` alone where `param` is below 0, added to
 * the target.
 */
export interface Coefficient {
  readonly target: number;
  readonly param: number;
  readonly value: number;
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

export function affineMap(size: number, coefficients: readonly Coefficient[]): AffineMap {
  const base = new Float64Array(size);
  for (const { target, param, value } of coefficients) if (param < 0) base[target] += value;
  const rest = coefficients.filter(({ param }) => param >= 0).sort((a, b) => a.target - b.target || a.param - b.param);
  return affineMapOf({
    base,
    targets: Int32Array.from(rest, ({ target }) => target),
    params: Int32Array.from(rest, ({ param }) => param),
    values: Float64Array.from(rest, ({ value }) => value),
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
