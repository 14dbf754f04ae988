import { LossError } from '../../errors.js';
import { symmetricEigen } from '../../linear-algebra/symmetric-eigen.js';
import type { Canonical, ParameterPlace } from './canonical.js';
import { entriesOfValue, type Value } from './evaluate.js';
import type { Parameter } from './expression.js';
import { entriesOf, textOfShape } from './shape.js';
import { textOf } from './text.js';

/** How far a value may be on the wrong side of what was declared, relative to its largest entry or to 1. */
const TOLERANCE = 1e-9;

/** The vector theta of all parameters of a problem from the value of each, checked. */
export function packParameters({ parameters, size }: Canonical, values: ReadonlyMap<Parameter, Value>): Float64Array {
  const known = new Set(parameters.map(({ parameter }) => parameter));
  for (const parameter of values.keys()) {
    if (!known.has(parameter)) throw new LossError('PARAMS', `parameter ${textOf(parameter)} is not in the problem`);
  }
  const theta = new Float64Array(size);
  for (const place of parameters) {
    theta.set(packed(place, entriesOfValue(place.parameter, values.get(place.parameter))), place.offset);
  }
  return theta;
}

/** The part of theta that the entries of a parameter are, checked. */
export function packed({ parameter, logs }: ParameterPlace, entries: Float64Array): Float64Array {
  checkParameter(parameter, entries);
  if (!logs) return entries;
  checkPositive(parameter, entries);
  return entries.map(Math.log);
}

/**
 * Refuses entries, row-major, that are not what was declared of the parameter: number, finiteness, sign, symmetry,
 * definiteness.
 */
export function checkParameter(parameter: Parameter, entries: Float64Array): void {
  const subject = `parameter ${textOf(parameter)}`;
  if (entries.length !== entriesOf(parameter.shape)) {
    throw new LossError(
      'SHAPE',
      `${subject}: expected shape ${textOfShape(parameter.shape)}, got ${entries.length} entries`,
    );
  }
  let most = 1;
  for (let k = 0; k < entries.length; k++) {
    if (!Number.isFinite(entries[k])) {
      throw new LossError('NONFINITE', `${subject}: entry ${k} is ${entries[k]}, expected finite numbers`);
    }
    most = Math.max(most, Math.abs(entries[k]));
  }
  const slack = TOLERANCE * most;
  if (parameter.nonneg) refuse(subject, 'nonneg, >= 0', entries.findIndex((value) => value < -slack), entries);
  if (parameter.nonpos) refuse(subject, 'nonpos, <= 0', entries.findIndex((value) => value > slack), entries);
  if (!parameter.symmetric) return;
  const [n] = parameter.shape;
  const mirrored = (k: number): number => entries[(k % n) * n + Math.floor(k / n)];
  refuse(subject, 'symmetric', entries.findIndex((value, k) => Math.abs(value - mirrored(k)) > slack), entries);
  if (!parameter.psd) return;
  const least = symmetricEigen(entries.map((value, k) => (value + mirrored(k)) / 2), n).values[0];
  if (least >= -slack) return;
  throw new LossError('PARAMS', `${subject}: declared psd, positive semidefinite; its least eigenvalue is ${least}`);
}

/** Refuses entries that are not positive: those of parameters of geometric programs have to be. */
function checkPositive(parameter: Parameter, entries: Float64Array): void {
  const entry = entries.findIndex((value) => !(value > 0));
  if (entry < 0) return;
  const expected = 'parameters of geometric programs are > 0, other than exponents';
  throw new LossError('PARAMS', `parameter ${textOf(parameter)}: entry ${entry} is ${entries[entry]}; ${expected}`);
}

function refuse(subject: string, declared: string, entry: number, entries: Float64Array): void {
  if (entry >= 0) {
    throw new LossError('PARAMS', `${subject}: declared ${declared}; entry ${entry} is ${entries[entry]}`);
  }
}
