import type { Var } from './recording.js';

/** Reverse mode: `bar` of every Var that `result` (N, 1) depends on, for the N samples at once. */
export function reverseSweep(result: Var): void {
  const { actives, arena } = result.recording;
  if (!result.active) return;
  result.bar = arena.float64(result.rows).fill(1);
  for (let k = actives.length - 1; k >= 0; k--) {
    const y = actives[k];
    if (!y.bar) continue;
    for (const x of y.inputs) if (x.active) x.bar ??= arena.zeros(x.value.length);
    y.operation.reverse(y);
  }
}

/** Forward over reverse, after `reverseSweep`: input.barDot becomes each sample's Hessian times its row of v. */
export function curvatureSweep(input: Var, v: Float64Array): void {
  const { actives, arena } = input.recording;
  const used = actives.filter((y) => y.bar);
  for (const y of used) {
    y.dot = (y.dot ?? arena.float64(y.value.length)).fill(0);
    y.barDot = (y.barDot ?? arena.float64(y.value.length)).fill(0);
  }
  input.dot?.set(v);
  for (const y of used) y.operation.tangent(y);
  for (let k = used.length - 1; k >= 0; k--) used[k].operation.curvature(used[k]);
}
