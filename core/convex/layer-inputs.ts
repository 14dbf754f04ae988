import { type Batch, row } from '../batch.js';
import { checkBatch } from '../validation.js';
import { LossError } from '../errors.js';
import type { ParameterPlace } from './model/canonical.js';
import { entriesOfValue, type Value } from './model/evaluate.js';
import type { Parameter } from './model/expression.js';
import { packed } from './model/parameters.js';
import type { Problem } from './model/problem.js';
import { textOf } from './model/text.js';
import type { Output } from './solved-sample.js';

/** A batch (N, entries of the parameter): one value a sample. Anything else is one value for all samples. */
export type LayerInput = Batch | Value;

/** Where a parameter is in theta; PARAMS where it is not in the problem. */
export function placeOf(problem: Problem, parameter: Parameter): ParameterPlace {
  const place = problem.canonical.parameters.find((candidate) => candidate.parameter === parameter);
  if (place) return place;
  throw new LossError('PARAMS', `convex layer: parameter ${textOf(parameter)} is not in the problem`);
}

/** PARAMS unless the parameters are those of the problem, each once. */
export function checkComplete(problem: Problem, parameters: readonly Parameter[]): void {
  const own = problem.canonical.parameters.map(({ parameter }) => parameter);
  const missing = own.find((parameter) => !parameters.includes(parameter));
  const refuse = (parameter: Parameter, what: string): LossError =>
    new LossError('PARAMS', `convex layer: parameter ${textOf(parameter)} ${what}`);
  if (missing) throw refuse(missing, 'of the problem is not among the parameters');
  const twice = parameters.find((parameter, k) => parameters.indexOf(parameter) !== k);
  if (twice) throw refuse(twice, 'is listed twice');
}

/** The change of theta with entry j of a parameter: 1, or 1 / p where theta holds log p (geometric programs). */
export function slopeOf({ logs, offset }: ParameterPlace, theta: Float64Array, j: number): number {
  return logs ? Math.exp(-theta[offset + j]) : 1;
}

/** Theta of each sample, checked. */
export function thetasOf(
  places: readonly ParameterPlace[],
  size: number,
  inputs: readonly LayerInput[],
): { rows: number; shared: boolean[]; thetas: Float64Array[] } {
  if (inputs.length !== places.length) {
    const what = `expected ${places.length} values, one for each parameter, got ${inputs.length}`;
    throw new LossError('PARAMS', `convex layer: ${what}`);
  }
  const shared = inputs.map((input) => !isBatch(input));
  const rows = inputs.find(isBatch)?.rows ?? 1;
  const thetas = Array.from({ length: rows }, () => new Float64Array(size));
  inputs.forEach((input, k) => {
    const place = places[k];
    if (isBatch(input)) checkBatch('convex layer', `parameter ${textOf(place.parameter)}`, input, rows, place.size);
    const one = isBatch(input) ? undefined : packed(place, entriesOfValue(place.parameter, input ?? undefined));
    thetas.forEach((theta, i) => theta.set(one ?? packed(place, row(input as Batch, i)), place.offset));
  });
  return { rows, shared, thetas };
}

function isBatch(input: LayerInput): input is Batch {
  return typeof input === 'object' && input !== null && 'rows' in input && 'cols' in input;
}

/** SHAPE unless there is a batch (rows, entries) for each output. */
export function checkOutputs(what: string, batches: readonly Batch[], outputs: readonly Output[], rows: number): void {
  checkCount(what, batches, outputs.length, 'output');
  batches.forEach((batch, k) => {
    checkBatch('convex layer', `${what}/${k}`, batch, rows, outputs[k].reading.index.length);
  });
}

/** SHAPE unless there are as many. */
export function checkCount(what: string, batches: readonly Batch[], count: number, of: string): void {
  if (batches.length === count) return;
  throw new LossError('SHAPE', `convex layer: expected ${count} ${what}, one for each ${of}, got ${batches.length}`);
}
