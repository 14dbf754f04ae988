import type { Monotonicity, Sign } from '../curvature.js';
import type { AtomDefinition, Expression, Graph } from '../expression.js';
import { atom } from '../nodes.js';
import { broadcastIndex, entriesOf } from '../shape.js';
import { sharedShape } from '../constraint.js';

interface Elementwise extends Partial<Sign> {
  readonly name: string;
  readonly own: 'convex' | 'concave';
  readonly moves: readonly Monotonicity[];
  readonly settings?: readonly string[];
  /** The function of numbers. */
  readonly of: (...numbers: number[]) => number;
  readonly graph: (...args: Expression[]) => Graph;
  readonly inLogs?: NonNullable<AtomDefinition['inLogs']>;
  readonly quadratic?: NonNullable<AtomDefinition['quadratic']>;
}

/** A function of numbers applied entry by entry; arguments are stretched to one shape. */
export function elementwise(args: readonly Expression[], definition: Elementwise): Expression {
  const { of, nonneg = false, nonpos = false, ...rest } = definition;
  const shape = sharedShape(rest.name, args);
  const entries = args.map((argument) => broadcastIndex(argument.shape, shape));
  const numbers = args.map(() => 0);
  const evaluate = (...data: Float64Array[]): Float64Array => {
    const out = new Float64Array(entriesOf(shape));
    for (let i = 0; i < out.length; i++) {
      for (let k = 0; k < numbers.length; k++) numbers[k] = data[k][entries[k][i]];
      out[i] = of(...numbers);
    }
    return out;
  };
  return atom({ ...rest, args, shape, nonneg, nonpos, evaluate });
}
