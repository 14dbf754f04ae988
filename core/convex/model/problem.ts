import { LossError } from '../../errors.js';
import { negate } from './affine.js';
import { type Canonical, canonicalOf } from './canonical.js';
import type { Constraint } from './expression.js';
import { argumentsOf, type Expression, type Operand } from './expression.js';
import { geometric } from './geometric.js';
import { expressionOf } from './leaves.js';
import { Lowering } from './lowering.js';
import { lowerObjective } from './objective.js';
import { entriesOf, textOfShape } from './shape.js';
import { textOf } from './text.js';
import { verifyConstraint, verifyCurvature } from './verify.js';

/** Exactly one of the two objectives. */
export type ProblemDefinition =
  & ({ readonly minimize: Operand; readonly maximize?: never } | {
    readonly maximize: Operand;
    readonly minimize?: never;
  })
  & { readonly subjectTo?: readonly Constraint[] };

/** A convex problem in variables and parameters. */
export interface Problem {
  readonly sense: 'minimize' | 'maximize';
  readonly objective: Expression;
  readonly constraints: readonly Constraint[];
  readonly canonical: Canonical;
}

export interface ProblemOptions {
  /** A geometric program: convex in the logarithms of its variables and parameters, all of which are positive. */
  readonly gp?: boolean;
}

/**
 * Checks a problem by the rules of disciplined parametrised programming and turns it into a cone program, once for all
 * values of its parameters.
 *
 *     const [x, b] = [variable([3]), parameter([3])];
 *     const projection = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [geq(x, 0), eq(sum(x), 1)] });
 *
 * Duals, read by `canonical.dual(constraint)`, are those of L = f - <dual, slack>, f being minimised (of a maximised
 * objective, the negative is): of `leq` and `geq`, nonnegative, slack being upper - lower; of eq(a, b), slack being b -
 * a; of `soc`, [t, x] in the second-order cone; of `psd`, a positive semidefinite matrix; of `expCone` and `powCone`,
 * [x, y, z] in the dual cone. The optimal value of the minimisation changes by -<dual, d> where d is added to the
 * slack.
 */
export function problem(definition: ProblemDefinition, { gp = false }: ProblemOptions = {}): Problem {
  const constraints = [...new Set(definition.subjectTo ?? [])];
  const sense = senseOf(definition);
  for (const constraint of constraints) checkConstraint(constraint);
  const objective = expressionOf(definition[sense] as Operand);
  if (entriesOf(objective.shape) !== 1) {
    const got = `${textOf(objective)} has shape ${textOfShape(objective.shape)}`;
    throw new LossError('SHAPE', `problem: the objective should be one number, ${got}; sum makes one`);
  }
  const canonical = gp
    ? geometric(sense, objective, constraints, disciplined)
    : disciplined(sense, objective, constraints);
  return { sense, objective, constraints, canonical };
}

function disciplined(
  sense: 'minimize' | 'maximize',
  objective: Expression,
  constraints: readonly Constraint[],
): Canonical {
  verifyCurvature(objective, sense === 'minimize' ? 'convex' : 'concave', `problem: the objective to ${sense}`);
  for (const constraint of constraints) verifyConstraint(constraint);
  return canonicalise(sense, objective, constraints);
}

function checkConstraint(constraint: Constraint): void {
  if (typeof constraint === 'object' && constraint !== null && 'text' in constraint && !('shape' in constraint)) return;
  throw new LossError(
    'PARAMS',
    `problem: subjectTo takes what leq, geq, eq, soc, psd, ... make, got ${String(constraint)}`,
  );
}

function senseOf({ minimize, maximize }: ProblemDefinition): 'minimize' | 'maximize' {
  if ((minimize === undefined) !== (maximize === undefined)) return minimize === undefined ? 'maximize' : 'minimize';
  throw new LossError(
    'PARAMS',
    `problem: expected one objective, minimize or maximize, got ${minimize === undefined ? 'none' : 'both'}`,
  );
}

function canonicalise(
  sense: 'minimize' | 'maximize',
  objective: Expression,
  constraints: readonly Constraint[],
): Canonical {
  const lowering = new Lowering();
  declareLeaves([objective, ...constraints.flatMap(expressionsOf)], lowering);
  if (lowering.columns === 0) {
    throw new LossError('PARAMS', 'problem: expected a variable in the objective or the constraints');
  }
  const terms = lowerObjective(sense === 'minimize' ? objective : negate(objective), lowering);
  const rows = new Map(constraints.map((constraint) => [constraint, lowering.impose(constraint)]));
  return canonicalOf(sense, lowering, terms, rows);
}

/** Gives variables their columns and parameters their places, in the order in which they are met. */
function declareLeaves(roots: readonly Expression[], lowering: Lowering): void {
  const seen = new Set<Expression>();
  const visit = (expression: Expression): void => {
    if (seen.has(expression)) return;
    seen.add(expression);
    if (expression.kind === 'variable') lowering.declare(expression);
    if (expression.kind === 'parameter') lowering.offset(expression);
    for (const argument of argumentsOf(expression)) visit(argument);
  };
  for (const root of roots) visit(root);
}

/** The expressions that a constraint is on. */
function expressionsOf(constraint: Constraint): readonly Expression[] {
  switch (constraint.kind) {
    case 'inequality':
      return [constraint.lower, constraint.upper];
    case 'equality':
      return [constraint.left, constraint.right];
    case 'second-order':
      return [constraint.t, constraint.x];
    case 'semidefinite':
      return [constraint.X];
    case 'exponential':
    case 'power':
      return constraint.args;
  }
}
