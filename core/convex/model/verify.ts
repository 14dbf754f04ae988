import { LossError } from '../../errors.js';
import type { Constraint } from './expression.js';
import { type Curvature, isAffine, isConcave, isConvex, keeps, type Monotonicity, movesWith } from './curvature.js';
import type { AtomCall, Expression, Linear, Product } from './expression.js';
import { coefficientSigns } from './nodes.js';
import { textOf } from './text.js';

type Wanted = 'convex' | 'concave' | 'affine';

/** Which curvature the rules are about: parameters held constant, or counted with the variables. */
type Rules = 'curvature' | 'jointCurvature';

/** Refuses a constraint that is not disciplined, or not in its parameters. */
export function verifyConstraint(constraint: Constraint): void {
  const { text } = constraint;
  switch (constraint.kind) {
    case 'inequality':
      verifyCurvature(constraint.lower, 'convex', `${text}: the lower side`);
      verifyCurvature(constraint.upper, 'concave', `${text}: the upper side`);
      return;
    case 'equality':
      verifyCurvature(constraint.left, 'affine', `${text}: the left side`);
      verifyCurvature(constraint.right, 'affine', `${text}: the right side`);
      return;
    case 'second-order':
      verifyCurvature(constraint.t, 'concave', `${text}: the bound`);
      verifyCurvature(constraint.x, 'affine', `${text}: the vector`);
      return;
    case 'semidefinite':
      verifyCurvature(constraint.X, 'affine', `${text}: the matrix`);
      return;
    case 'exponential':
    case 'power':
      for (const argument of constraint.args) verifyCurvature(argument, 'affine', `${text}: each argument`);
  }
}

/** Refuses an expression whose curvature by either set of rules is not the one wanted; `place` begins the message. */
export function verifyCurvature(expression: Expression, wanted: Wanted, place: string): void {
  for (const rules of ['curvature', 'jointCurvature'] as const) {
    if (fits(expression[rules], wanted)) continue;
    const offender = offenderIn(expression, wanted, rules);
    const counted = rules === 'curvature' ? '' : ' with parameters counted as variables (DPP)';
    throw new LossError(
      'PARAMS',
      `${place} has to be ${wanted}${counted}: ${reasonOf(offender.expression, offender.wanted, rules)}`,
    );
  }
}

function fits(curvature: Curvature, wanted: Wanted): boolean {
  return wanted === 'convex' ? isConvex(curvature) : wanted === 'concave' ? isConcave(curvature) : isAffine(curvature);
}

/** The smallest part of the expression that breaks a rule, and what it would have to be. */
function offenderIn(expression: Expression, wanted: Wanted, rules: Rules): { expression: Expression; wanted: Wanted } {
  const args = 'args' in expression ? expression.args : [];
  const unknown = args.find((argument) => argument[rules] === 'unknown');
  if (expression[rules] === 'unknown') return unknown ? offenderIn(unknown, wanted, rules) : { expression, wanted };
  if (expression.kind !== 'linear') return { expression, wanted };
  const moves = coefficientSigns(args, expression.map).map(movesWith);
  const through = args.map((argument, k) => ({ argument, wanted: wantedOf(wanted, moves[k]) }));
  const wrong = through.find((part) => !fits(part.argument[rules], part.wanted));
  return wrong ? offenderIn(wrong.argument, wrong.wanted, rules) : { expression, wanted };
}

function wantedOf(wanted: Wanted, moves: Monotonicity): Wanted {
  if (wanted === 'affine' || moves === 'neither') return 'affine';
  if (moves === 'increasing') return wanted;
  return wanted === 'convex' ? 'concave' : 'convex';
}

function reasonOf(expression: Expression, wanted: Wanted, rules: Rules): string {
  const text = textOf(expression);
  if (expression[rules] !== 'unknown') return `${text} is ${expression[rules]}, where ${wanted} is allowed`;
  switch (expression.kind) {
    case 'linear':
      return linearReason(expression, rules);
    case 'product':
      return rules === 'curvature' ? productReason(expression) : parameterReason(expression);
    case 'atom':
      return atomReason(expression, rules);
    default:
      return `${text} is of unknown curvature`;
  }
}

function linearReason(expression: Linear, rules: Rules): string {
  const moves = coefficientSigns(expression.args, expression.map).map(movesWith);
  const parts = expression.args.map((argument, k) => {
    const curved = !isAffine(argument[rules]);
    const scaled =
      { increasing: '', decreasing: ', taken negative', neither: ', with coefficients of both signs' }[moves[k]];
    return curved ? `${textOf(argument)} is ${argument[rules]}${scaled}` : '';
  });
  const allowed =
    'a sum is convex where its parts are convex with coefficients >= 0, or concave with coefficients <= 0';
  return `${textOf(expression)} is neither convex nor concave: ${parts.filter(Boolean).join('; ')}; ${allowed}`;
}

function productReason(expression: Product): string {
  const [left, right] = expression.args;
  const text = textOf(expression);
  const data = [left, right].find(({ curvature }) => curvature === 'constant');
  if (!data) {
    const others = 'a square is square, sumSquares or quadForm, a ratio quadOverLin, a product below a bound geoMean';
    return `${text} has variables in both factors; one has to be constant or made of parameters (${others})`;
  }
  return signReason(expression, data, data === left ? right : left, 'curvature');
}

function signReason(expression: Product, data: Expression, rest: Expression, rules: Rules): string {
  const [curved, name] = [`${textOf(rest)} is ${rest[rules]}`, textOf(data)];
  const allowed = `declare the parameters of ${name} nonneg or nonpos`;
  return `${textOf(expression)}: ${curved} and the sign of ${name} is unknown; ${allowed}`;
}

function parameterReason(expression: Product): string {
  const [left, right] = expression.args;
  const text = textOf(expression);
  const begin = `${text} has parameters in both factors, so that data would not be affine in them`;
  if (left.curvature === 'constant' && right.curvature === 'constant') {
    return `${begin}; make the product a parameter of its own`;
  }
  const [data, rest] = left.curvature === 'constant' ? [left, right] : [right, left];
  if (rest.hasParameters) {
    return `${begin}; put in place of ${textOf(rest)} a variable that eq (leq, geq where it is curved) ties to it`;
  }
  if (isAffine(data.jointCurvature)) return signReason(expression, data, rest, 'jointCurvature');
  return `${text}: ${textOf(data)} is not affine in its parameters; make its value a parameter of its own`;
}

function atomReason(expression: AtomCall, rules: Rules): string {
  const { name, own, moves, args, note } = expression;
  const text = textOf(expression);
  if (own === 'unknown') return `${text} is of unknown curvature: ${note ?? `${name} is neither convex nor concave`}`;
  const k = args.findIndex((argument, at) => !keeps(own, moves[at], argument[rules]));
  const opposite = own === 'convex' ? 'concave' : 'convex';
  const must = { increasing: `affine or ${own}`, decreasing: `affine or ${opposite}`, neither: 'affine' }[moves[k]];
  const move = moves[k] === 'neither' ? 'neither increasing nor decreasing' : moves[k];
  const which = args.length > 1 ? `its argument ${k + 1}` : 'its argument';
  const found = `${textOf(args[k])} is ${args[k][rules]}`;
  return `${text}: ${name} is ${own} and ${move} in ${which}, which has to be ${must}; ${found}`;
}
