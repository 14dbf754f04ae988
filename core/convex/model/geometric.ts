import { LossError } from '../../errors.js';
import { add } from './affine.js';
import { index, reshape, stack } from './arrange.js';
import { logSumExp } from './atoms/exponentials.js';
import type { Canonical } from './canonical.js';
import { eq, leq } from './constraint.js';
import type { Constraint } from './expression.js';
import type { Constant, Expression, Linear, Parameter, Product, Variable } from './expression.js';
import { constantOf, parameter, variable } from './leaves.js';
import { linear } from './nodes.js';
import { rowMap } from './row-map.js';
import { entriesOf } from './shape.js';
import { textOf } from './text.js';

type Canonicalise = (
  sense: 'minimize' | 'maximize',
  objective: Expression,
  constraints: readonly Constraint[],
) => Canonical;

/**
 * A geometric program in the logarithms of its positive variables and parameters (Boyd et al., A tutorial on geometric
 * programming, 2007): products become sums, sums of monomials logSumExp. The rules are those of convex programs on what
 * it becomes, so also for parameters: products of parameters are allowed, and powers whose exponent is one.
 */
export function geometric(
  sense: 'minimize' | 'maximize',
  objective: Expression,
  constraints: readonly Constraint[],
  canonicalise: Canonicalise,
): Canonical {
  const logs = new Logarithms();
  const became = new Map(constraints.map((constraint) => [constraint, logs.ofConstraint(constraint)]));
  const inner = canonicalise(sense, logs.of(objective), [...became.values()]);
  const originals = logs.originals();
  return {
    ...inner,
    parameters: inner.parameters.map((place) => {
      const original = originals.get(place.parameter);
      return original ? { ...place, parameter: original, logs: true } : place;
    }),
    variable: (of) => ({ ...inner.variable(logs.variables.get(of) ?? of), shape: of.shape, logs: true }),
    dual: (constraint) => inner.dual(became.get(constraint) ?? constraint),
    asWritten: (value) => Math.exp(inner.asWritten(value)),
  };
}

class Logarithms {
  readonly variables = new Map<Variable, Variable>();
  private readonly parameters = new Map<Parameter, Parameter>();
  private readonly known = new Map<Expression, Expression>();

  /** Which parameter each of those that stand for logarithms came from. */
  originals(): Map<Parameter, Parameter> {
    return new Map([...this.parameters].map(([original, log]) => [log, original]));
  }

  of = (expression: Expression): Expression => {
    const found = this.known.get(expression);
    if (found) return found;
    const log = this.rewrite(expression);
    this.known.set(expression, log);
    return log;
  };

  private rewrite(expression: Expression): Expression {
    switch (expression.kind) {
      case 'variable':
        return this.leaf(expression, this.variables, variable);
      case 'parameter':
        return this.leaf(expression, this.parameters, parameter);
      case 'constant':
        return logOfConstant(expression);
      case 'linear':
        return this.ofSums(expression, linearTerms(expression));
      case 'product':
        return this.ofSums(expression, productTerms(expression));
      case 'atom':
        if (expression.inLogs) return expression.inLogs(this.of);
        throw refusal(
          expression,
          `${expression.name} has no rule there; sums, products, powers, ratios, max and norms have`,
        );
    }
  }

  private leaf<L extends Variable | Parameter>(
    original: L,
    known: Map<L, L>,
    make: (shape: L['shape'], options: { name: string }) => L,
  ): L {
    if (original.symmetric) {
      throw refusal(original, 'entries are positive numbers there, symmetric and psd are not kept');
    }
    if (original.nonpos) throw refusal(original, 'it is declared nonpos');
    const log = make(original.shape, { name: `log(${textOf(original)})` });
    known.set(original, log);
    return log;
  }

  /** The logarithms of sums of monomials; where all have one term only, they stay affine. */
  private ofSums(expression: Linear | Product, sums: readonly Monomial[][]): Expression {
    const kept = sums.map((terms) => terms.filter(({ coefficient }) => coefficient !== 0));
    const empty = kept.findIndex((terms) => terms.length === 0);
    if (empty >= 0) throw refusal(expression, `its entry ${empty} is 0`);
    if (kept.some((terms) => terms.some(({ coefficient }) => coefficient < 0))) {
      throw refusal(
        expression,
        'a posynomial has no negative terms; bring them to the other side of a constraint',
      );
    }
    const all = kept.flat();
    const args = expression.args.map((argument) => this.of(withoutZeros(argument)));
    const map = rowMap(all.length, (row, put) => {
      for (const factor of all[row].factors) put(factor, 1);
    });
    const single = kept.every((terms) => terms.length === 1);
    const shape = single ? expression.shape : [all.length];
    const monomials = linear(expression.kind === 'product' ? 'add' : expression.name, args, shape, map);
    const offsets = constantOf(Float64Array.from(all, ({ coefficient }) => Math.log(coefficient)), shape);
    const terms = offsets.data.every((value) => value === 0) ? monomials : add(monomials, offsets);
    if (single) return terms;
    let first = 0;
    const logs = kept.map(({ length }) => {
      const own = index(terms, Array.from({ length }, (_, k) => first + k));
      first += length;
      return length === 1 ? reshape(own, []) : logSumExp(own);
    });
    return reshape(stack(logs), expression.shape);
  }

  ofConstraint(constraint: Constraint): Constraint {
    const { text } = constraint;
    if (constraint.kind === 'inequality') return { ...leq(this.of(constraint.lower), this.of(constraint.upper)), text };
    if (constraint.kind === 'equality') return { ...eq(this.of(constraint.left), this.of(constraint.right)), text };
    throw new LossError('PARAMS', `${text}: geometric programs have leq, geq and eq only`);
  }
}

/** A coefficient times entries of the arguments, counted through all of them. */
interface Monomial {
  readonly coefficient: number;
  readonly factors: readonly number[];
}

function linearTerms({ args, map }: Linear): Monomial[][] {
  const zeros = args.flatMap((argument) => zerosOf(argument));
  return Array.from({ length: map.start.length - 1 }, (_, row) => {
    const terms: Monomial[] = [];
    for (let k = map.start[row]; k < map.start[row + 1]; k++) {
      terms.push({ coefficient: zeros[map.index[k]] ? 0 : map.value[k], factors: [map.index[k]] });
    }
    return terms;
  });
}

function productTerms({ args, pairs }: Product): Monomial[][] {
  const first = entriesOf(args[0].shape);
  return Array.from({ length: pairs.start.length - 1 }, (_, row) => {
    const terms: Monomial[] = [];
    for (let k = pairs.start[row]; k < pairs.start[row + 1]; k++) {
      terms.push({ coefficient: 1, factors: [pairs.left[k], first + pairs.right[k]] });
    }
    return terms;
  });
}

function zerosOf(argument: Expression): boolean[] {
  return Array.from(
    { length: entriesOf(argument.shape) },
    (_, k) => argument.kind === 'constant' && argument.data[k] === 0,
  );
}

/** Zeros of a constant are left out of sums: any number may stand for them. */
function withoutZeros(argument: Expression): Expression {
  if (argument.kind !== 'constant' || !argument.data.includes(0)) return argument;
  return constantOf(argument.data.map((value) => value || 1), argument.shape, argument.text);
}

function logOfConstant(value: Constant): Expression {
  if (value.data.every((entry) => entry > 0)) {
    return constantOf(value.data.map(Math.log), value.shape, `log(${textOf(value)})`);
  }
  throw refusal(value, 'numbers have to be above 0 there');
}

function refusal(expression: Expression, reason: string): LossError {
  return new LossError('PARAMS', `${textOf(expression)} in a geometric program: ${reason}`);
}
