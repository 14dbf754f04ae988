import type { Experiment } from '../experiments/experiment.js';
import type { RunRecord } from '../run/run-record.js';
import type { RunGroup } from './summary.js';

/** How a variant's loss is preconditioned, in words: "Hessian, λ = 1, batch". */
export function describeNewton({ curvature, lambda, scope, definiteness, products, at }: Experiment['newton']): string {
  if (curvature === 'none') return 'none (plain loss)';
  const made = typeof products === 'number' ? `from ${products} products` : undefined;
  const where = at === 'layers' ? 'at each layer' : undefined;
  const parts = [curvature, `λ = ${describeLambda(lambda)}`, scope, definiteness, made, where];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** "softsort(temperature = 0.1, crossEntropy = float32)". */
export function describeNamed({ name, ...params }: { readonly name: string; readonly [key: string]: unknown }): string {
  return `${name}(${describeSettings(params)})`;
}

export function describeSettings(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings).map(([key, value]) =>
    `${key} = ${typeof value === 'string' ? value : JSON.stringify(value)}`
  ).join(', ');
}

/** The first run on record of a variant. */
export function recordOf(group: RunGroup, variant: string): RunRecord | undefined {
  return group.runs.find((run) => run.variant === variant && run.record)?.record;
}

/** Variants whose loss emulates the float32 cross-entropy of PyTorch. */
export function float32Variants(group: RunGroup, variants: readonly string[]): string[] {
  return variants.filter((variant) => crossEntropyOf(recordOf(group, variant)?.experiment) === 'float32');
}

function crossEntropyOf(experiment: Experiment | undefined): unknown {
  return experiment && Object.entries(experiment.loss.params).find(([name]) => name === 'crossEntropy')?.[1];
}

/** "0.1", "0.01 × mean diagonal". */
export function describeLambda(lambda: unknown): string {
  return typeof lambda === 'object' && lambda !== null && 'relative' in lambda
    ? `${String(lambda.relative)} × mean diagonal`
    : String(lambda);
}
