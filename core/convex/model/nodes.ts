import { compose, type Curvature, isAffine, movesWith, type Sign, signOfProduct } from './curvature.js';
import type { AtomDefinition, Expression, Linear } from './expression.js';
import { constantOf } from './leaves.js';
import { fixFactor, type PairMap, type RowMap, timesPairs, timesRows } from './row-map.js';
import { entriesOf, type Shape } from './shape.js';
import { textOf } from './text.js';

/** The entries of several arrays, one after another. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** map (args_0, args_1, ...), printed as name(shown); a constant where the arguments are. */
export function linear(
  name: string,
  args: readonly Expression[],
  shape: Shape,
  map: RowMap,
  shown: readonly (Expression | string)[] = args,
): Expression {
  const signs = coefficientSigns(args, map);
  const moves = signs.map(movesWith);
  const parts = args.map((argument, k) => signOfProduct(signs[k], argument));
  const node: Linear = {
    kind: 'linear',
    name,
    shown,
    args,
    shape,
    map,
    nonneg: parts.every(({ nonneg }) => nonneg),
    nonpos: parts.every(({ nonpos }) => nonpos),
    curvature: compose('affine', moves, args.map(({ curvature }) => curvature)),
    jointCurvature: compose('affine', moves, args.map(({ jointCurvature }) => jointCurvature)),
    hasParameters: args.some(({ hasParameters }) => hasParameters),
  };
  const data = constantsOf(args);
  return data ? constantOf(timesRows(map, joined(data)), shape, textOf(node)) : node;
}

/** The sign of the coefficients that each argument has in the map. */
export function coefficientSigns(args: readonly Expression[], { index, value }: RowMap): Sign[] {
  const ends: number[] = [];
  for (const { shape } of args) ends.push((ends.at(-1) ?? 0) + entriesOf(shape));
  const owner = new Int32Array(ends.at(-1) ?? 0);
  ends.forEach((end, k) => owner.fill(k, k === 0 ? 0 : ends[k - 1], end));
  const signs = args.map(() => ({ nonneg: true, nonpos: true }));
  for (let k = 0; k < index.length; k++) {
    const sign = signs[owner[index[k]]];
    if (value[k] < 0) sign.nonneg = false;
    if (value[k] > 0) sign.nonpos = false;
  }
  return signs;
}

/** Sums of products, printed as name(left, right); linear where one factor is constant. */
export function product(name: string, left: Expression, right: Expression, shape: Shape, pairs: PairMap): Expression {
  const shown = [left, right];
  if (left.kind === 'constant' && right.kind === 'constant') {
    return constantOf(timesPairs(pairs, left.data, right.data), shape, `${name}(${shown.map(textOf).join(', ')})`);
  }
  if (left.kind === 'constant') return linear(name, [right], shape, fixFactor(pairs, 'left', left.data), shown);
  if (right.kind === 'constant') return linear(name, [left], shape, fixFactor(pairs, 'right', right.data), shown);
  return {
    kind: 'product',
    name,
    args: [left, right],
    shape,
    pairs,
    ...signOfProduct(left, right),
    curvature: curvatureOfProduct(left, right),
    jointCurvature: jointCurvatureOfProduct(left, right),
    hasParameters: left.hasParameters || right.hasParameters,
  };
}

function curvatureOfProduct(left: Expression, right: Expression): Curvature {
  if (left.curvature === 'constant') return compose('affine', [movesWith(left)], [right.curvature]);
  if (right.curvature === 'constant') return compose('affine', [movesWith(right)], [left.curvature]);
  return 'unknown';
}

/** Affine data times what has no parameters keeps the data of the program affine in the parameters. */
function jointCurvatureOfProduct(left: Expression, right: Expression): Curvature {
  for (const [data, rest] of [[left, right], [right, left]]) {
    if (data.curvature !== 'constant' || !isAffine(data.jointCurvature) || rest.hasParameters) continue;
    return compose('affine', [movesWith(data)], [rest.jointCurvature]);
  }
  return 'unknown';
}

/** The call of a function that is not affine; a constant where its arguments are. */
export function atom(definition: AtomDefinition): Expression {
  const { args, own, moves } = definition;
  const node = {
    kind: 'atom' as const,
    ...definition,
    curvature: compose(own, moves, args.map(({ curvature }) => curvature)),
    jointCurvature: compose(own, moves, args.map(({ jointCurvature }) => jointCurvature)),
    hasParameters: args.some(({ hasParameters }) => hasParameters),
  };
  const data = constantsOf(args);
  return data ? constantOf(definition.evaluate(...data), definition.shape, textOf(node)) : node;
}

function constantsOf(args: readonly Expression[]): Float64Array[] | undefined {
  const data: Float64Array[] = [];
  for (const argument of args) {
    if (argument.kind !== 'constant') return undefined;
    data.push(argument.data);
  }
  return data;
}
