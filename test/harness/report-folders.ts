import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRng, type Rng } from '../../core/random/rng.js';
import { rankingMetricInfos } from '../../harness/tasks/ranking-metrics.js';
import { writeFileAtomically } from '../../harness/files/atomic-file.js';

export interface SyntheticRun {
  readonly variant: string;
  readonly seed: number;
  /** EM that the learning curve tends to. */
  readonly level: number;
  /** Step at which one gradient explodes and accuracy collapses. */
  readonly explodesAt?: number;
  readonly steps?: number;
  /** Last step on record; a run that did not get to `steps` has no final evaluation. */
  readonly reached?: number;
  readonly crossEntropy?: string;
  /** Of the Newton step; by default that of the preset's variant. */
  readonly lambda?: unknown;
}

/** Writes a run folder in the format that `train` writes, with a made-up learning curve. */
export function writeRun(folder: string, run: SyntheticRun): void {
  const { variant, seed, steps = 4000, reached = steps, crossEntropy = 'float32' } = run;
  const { lambda = variant === 'fisher' ? 100 : 1 } = run;
  mkdirSync(folder, { recursive: true });
  const experiment = {
    name: `mnist-sort/quick-softsort/${variant}`,
    task: { name: 'mnist-sort', n: 10, digits: 4 },
    model: { name: 'digit-mlp', pooled: 7 },
    loss: { name: 'softsort', params: { temperature: 0.1, crossEntropy } },
    newton: {
      curvature: variant === 'none-exact' ? 'none' : variant.split(' ')[0],
      lambda,
      scope: 'batch',
    },
    optimizer: { learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    steps,
    batchSize: 100,
    evalEvery: 500,
    logEvery: 50,
    checkpointEvery: 500,
    seed,
  };
  writeFileAtomically(path.join(folder, 'experiment.json'), JSON.stringify(experiment));
  const versions = {
    'newton-losses': '0.1.0',
    node: 'v20.20.2',
    platform: 'linux x64',
    tfjs: '4.22.0',
    backend: { name: 'wasm', threads: 1, simd: true },
    loss: { name: 'softsort', title: 'SoftSort', source: 'Prillo and Eisenschlos, SoftSort, ICML 2020, eq. 2' },
    curvature: { curvature: experiment.newton.curvature, reason: `asked for by ${variant}` },
  };
  writeFileAtomically(path.join(folder, 'versions.json'), JSON.stringify(versions));
  writeFileAtomically(
    path.join(folder, 'data.json'),
    JSON.stringify({ source: 'MNIST in some folder', metrics: rankingMetricInfos }),
  );
  const lines = metricLines(run, steps, reached).map((line) => `${JSON.stringify(line)}\n`);
  writeFileAtomically(path.join(folder, 'metrics.jsonl'), lines.join(''));
}

function metricLines({ seed, level, explodesAt, variant }: SyntheticRun, steps: number, reached: number): object[] {
  const rng = createRng(seed).split(variant.length);
  const lines: object[] = [];
  for (let step = 50; step <= reached; step += 50) {
    const exploded = explodesAt !== undefined && step >= explodesAt;
    const gradientNorm = exploded && step - explodesAt < 50 ? 4.6e4 : 0.2 + 1.2 * rng.uniform();
    lines.push({
      kind: 'train',
      step,
      loss: 0.3 * Math.exp(-step / 2000),
      gradientNorm,
      explosions: gradientNorm > 100 ? 1 : 0,
      skipped: 0,
      msPerStep: 3.2 + 0.2 * rng.normal(),
      ...curvatureOf(variant, rng),
    });
    if (step % 500 !== 0 && step !== steps) continue;
    const since = exploded ? step - explodesAt : step;
    const EM = (exploded ? 0.3 : 1) * level * (1 - Math.exp(-since / 1200)) + 0.005 * rng.uniform();
    lines.push({
      kind: 'eval',
      step,
      split: 'test',
      EM,
      EW: Math.sqrt(EM),
      EM5: EM ** 0.7,
      ...(step === steps ? { final: true } : {}),
    });
  }
  return lines;
}

/** Diagnostics of a Newton variant; the plain loss has none. */
function curvatureOf(variant: string, rng: Rng): object {
  if (variant.startsWith('none')) return {};
  const largestEigenvalue = 1 + 0.1 * rng.uniform();
  const newton = {
    smallestEigenvalue: 1e-17,
    largestEigenvalue,
    conditionNumber: 1 + largestEigenvalue,
    smallestLambda: 1,
    largestLambda: 1,
    directionToGradient: 0.5,
    nonfiniteShare: 0,
    skippedShare: 0,
  };
  return { newton };
}

/** Writes comparison.json and a run folder for each run, as `compare` does; `unwritten` runs have not started. */
export function writeComparison(
  root: string,
  runs: readonly (SyntheticRun & { failure?: string; unwritten?: boolean })[],
): void {
  const planned = runs.map(({ variant, seed, failure }) => ({
    variant,
    seed,
    folder: path.join(variant, `seed-${seed}`),
    ...(failure === undefined ? {} : { failure }),
  }));
  runs.forEach((run, i) => run.unwritten || writeRun(path.join(root, planned[i].folder), run));
  const comparison = {
    command: 'newton-losses compare mnist-sort/quick-softsort',
    jobs: 2,
    groups: [{ name: 'mnist-sort/quick-softsort', runs: planned }],
  };
  mkdirSync(root, { recursive: true });
  writeFileSync(path.join(root, 'comparison.json'), JSON.stringify(comparison));
}

/** Four variants on three seeds in the proportions of the published effect. */
export function typicalRuns(): SyntheticRun[] {
  return [0, 1, 2].flatMap((seed) => [
    { variant: 'none', seed, level: 0.23 + 0.01 * seed, explodesAt: 1000 + 700 * seed },
    { variant: 'fisher', seed, level: 0.23 + 0.01 * seed },
    { variant: 'hessian', seed, level: 0.25 + 0.01 * seed },
    { variant: 'none-exact', seed, level: 0.235 + 0.01 * seed, crossEntropy: 'binary' },
  ]);
}

/** Fisher and Hessian with several lambdas, and the plain loss, on two seeds. */
export function ablationRuns(
  lambdas: readonly number[],
  lambdaOf = (lambda: number): unknown => lambda,
): SyntheticRun[] {
  return [0, 1].flatMap((seed) => [
    { variant: 'none', seed, level: 0.2 + 0.1 * seed },
    ...['fisher', 'hessian'].flatMap((curvature) =>
      lambdas.map((lambda, k) => ({
        variant: `${curvature} lambda=${lambda}`,
        lambda: lambdaOf(lambda),
        seed,
        level: 0.3 + 0.1 * k,
      }))
    ),
  ]);
}
