/** Solutions of the programs of the gallery by formulas, away from kinks. */

const sum = (x: readonly number[]): number => x.reduce((total, value) => total + value, 0);

export function softmaxOf(y: readonly number[]): number[] {
  const weights = y.map((value) => Math.exp(value - Math.max(...y)));
  return weights.map((value) => value / sum(weights));
}

/** max(y - tau, 0) of sum 1, tau from the sorted entries. */
export function simplexOf(y: readonly number[]): number[] {
  const sorted = [...y].sort((a, b) => b - a);
  const taus = sorted.map((_, k) => (sum(sorted.slice(0, k + 1)) - 1) / (k + 1));
  const tau = taus[sorted.reduce((last, value, k) => (value > taus[k] ? k : last), 0)];
  return y.map((value) => Math.max(value - tau, 0));
}

/** The nearest point of the unit ball. */
export function ballOf(y: readonly number[]): number[] {
  return y.map((value) => value / Math.max(1, Math.hypot(...y)));
}

/** Pool adjacent violators: means of blocks, joined while they descend. */
export function isotonicOf(y: readonly number[]): number[] {
  const blocks: { mean: number; count: number }[] = [];
  for (const value of y) {
    let block = { mean: value, count: 1 };
    for (let last = blocks.at(-1); last && last.mean > block.mean; last = blocks.at(-1)) {
      const count = last.count + block.count;
      block = { mean: (last.mean * last.count + block.mean * block.count) / count, count };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean));
}
