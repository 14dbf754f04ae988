import { type Batch, row, zeros } from '../batch.js';
import { LossError } from '../errors.js';
import { dot, vectorsOf } from '../linear-algebra/vectors.js';
import { coneOf } from './cones/index.js';
import type { Canonical, Reading } from './model/canonical.js';
import { type ConeSolution, isSolved, type Status } from './solver/cone-program.js';
import type { Solved } from './solved.js';
import type { LayerDerivative, LayerSolver } from './solver/cone-solver.js';
import type { Curvature, DataChange, SolutionChange } from './solver/linearisation.js';

/** What the derivative of a solution is: of the solution map, of the central path, or whichever of the two there is. */
export type DerivativeKind = 'exact' | 'smoothed' | 'auto';

/** How well a sample was solved, and its derivative. */
export interface SampleReport {
  readonly status: Status;
  readonly iterations: number;
  /** Largest residual of the optimality conditions, relative. */
  readonly residual: number;
  /** Largest residual so far of the linear systems of derivatives, relative. */
  readonly derivativeResidual: number;
  /**
   * About the relative error of an exact derivative, 1e-11 for constraints of multipliers of about 1, more where one is
   * hardly active: what a step to barrier parameter 0 leaves of the complementarity <s, z> of a cone, 1/4 at a kink; 0
   * before a derivative was asked for, NaN where it is that of a user's solver.
   */
  readonly doubt: number;
  /** Which derivative was used, once one was asked for. */
  readonly derivative: 'exact' | 'smoothed' | undefined;
  /** The length of what the constraints were shifted by; 0 unless the status is `elastic`. */
  readonly shift: number;
}

/** A relative residual of the linear systems above which a derivative is not to be trusted. */
const TRUSTED = 1e-6;

/** A doubt above which the solution is taken to be at a kink, where it is 1/4. */
const STRICT = 1e-2;

/** How far on the central path a point is from its end, in barrier parameters of the polished solution. */
const FAR = 100;

/** One instance of a problem, solved; derivatives of its outputs, which are linear in (x, z), by theta. */
export class SolvedSample {
  /** Of the solution, made where it is asked for, or where that is what polishes it. */
  private exact: LayerDerivative | undefined;
  private smoothed: LayerDerivative | undefined;
  /** Two points near the end of the central path. */
  private pair: readonly [LayerDerivative, LayerDerivative] | undefined;
  private derivativeResidual = 0;
  private used: 'exact' | 'smoothed' | undefined;
  private doubt: number | undefined;

  constructor(
    private readonly solver: LayerSolver,
    private readonly canonical: Canonical,
    private readonly at: Solved,
    private readonly kind: DerivativeKind,
    private readonly smoothing: number,
  ) {
    const { program, solution } = at;
    if (isSolved(solution) && !solution.polished) this.exact = solver.differentiate(program, solution);
  }

  /** What the solver found. */
  get solution(): ConeSolution {
    return this.at.solution;
  }

  /** The solution, polished, if there is one. */
  private get point(): SolutionChange | undefined {
    return isSolved(this.at.solution) ? this.exact ?? this.at.solution : undefined;
  }

  /** Of the problem as it was written. */
  get objective(): number {
    const { point, canonical: { value, asWritten }, at: { solution, theta } } = this;
    return asWritten(point ? value.at(point.x, theta) : solution.objective);
  }

  get report(): SampleReport {
    const { status, iterations, residuals, polished, shift: by } = this.at.solution;
    const shift = by ? Math.sqrt(dot(by, by)) : 0;
    const unpolished = Math.max(residuals.primal, residuals.dual, residuals.gap);
    const residual = polished?.residual ?? this.exact?.residual ?? unpolished;
    const { derivativeResidual, used: derivative, doubt = 0 } = this;
    return { status, iterations, residual, derivativeResidual, doubt, derivative, shift };
  }

  /** NaN without a solution. */
  read({ of, reading: { index, scale, logs } }: Output, out: Float64Array): void {
    const from = this.point?.[of];
    if (!from) {
      out.fill(NaN);
      return;
    }
    for (let i = 0; i < index.length; i++) {
      const value = scale[i] * from[index[i]];
      out[i] = logs ? Math.exp(value) : value;
    }
  }

  /** The change of each output with a change of theta. */
  tangent(dTheta: Float64Array, outputs: readonly Output[]): Float64Array[] {
    const change = this.derived((sensitivity) => sensitivity.tangent(this.canonical.pushForward(dTheta)));
    return outputs.map((output) => {
      const slope = this.slope(output);
      return Float64Array.from(output.reading.index, (at, i) => (change ? slope[i] * change[output.of][at] : 0));
    });
  }

  /** What the sum of <cotangent, output> changes by with each entry of theta. */
  adjoint(cotangents: readonly Float64Array[], outputs: readonly Output[]): Float64Array {
    const cotangent = this.cotangentOf(cotangents, outputs);
    const change = this.derived((sensitivity) => sensitivity.adjoint(cotangent));
    return change ? this.canonical.pullBack(change) : new Float64Array(this.canonical.size);
  }

  /**
   * Along k directions of the data: the second derivatives of the sum of <cotangent, output>, (k, k), and the changes
   * of the outputs, their entries side by side, (k, M). Zeros without a solution.
   */
  curvature(
    cotangents: readonly Float64Array[],
    outputs: readonly Output[],
    directions: readonly DataChange[],
  ): { readonly form: Float64Array; readonly changes: Batch } {
    const [k, M] = [directions.length, outputs.reduce((sum, { reading }) => sum + reading.index.length, 0)];
    const changes = zeros(k, M);
    const cotangent = this.cotangentOf(cotangents, outputs);
    const curved = this.derived((at) => this.secondOrder(at, cotangent, directions));
    if (!curved) return { form: new Float64Array(k * k), changes };
    let from = 0;
    outputs.forEach((output, o) => {
      const { index, logs } = output.reading;
      const slope = this.slope(output);
      curved.tangents.forEach((tangent, a) => {
        const change = row(changes, a).subarray(from, from + index.length);
        index.forEach((at, i) => (change[i] = slope[i] * tangent[output.of][at]));
      });
      if (logs) addCurvatureOfExp(cotangents[o], this.values(output), changes, from, curved.form);
      from += index.length;
    });
    return { form: curved.form, changes };
  }

  /**
   * Where a multiplier is z, second derivatives at barrier parameter mu differ from those of the solution map by
   * about mu / z^3: those at two parameters tell that part, and what is left is about mu^2 / z^5. Cones that are not
   * symmetric round by about 1e-17 / mu, and are not gone so near to. Solutions at the end of the path need nothing
   * of this.
   */
  private secondOrder(at: LayerDerivative, cotangent: SolutionChange, directions: readonly DataChange[]): Curvature {
    const first = curvatureOf(at, cotangent, directions);
    if (at !== this.exact || this.at.solution.polished?.method === 'active-set' || !(dot(at.s, at.z) > 0)) return first;
    this.pair ??= this.nearTheEnd(at);
    const [near, further] = this.pair.map((point) => point === at ? first : curvatureOf(point, cotangent, directions));
    const [mu, other] = this.pair.map(({ s, z }) => dot(s, z));
    return {
      form: near.form.map((value, k) => (other * value - mu * further.form[k]) / (other - mu)),
      tangents: first.tangents,
      residual: Math.max(first.residual, near.residual, further.residual),
    };
  }

  /** Two points of the central path that are as near to its end as the cones allow. */
  private nearTheEnd(at: LayerDerivative): [LayerDerivative, LayerDerivative] {
    const { solver, at: { program, solution } } = this;
    const cones = this.canonical.structure.cones.map(coneOf);
    const mu = dot(at.s, at.z) / cones.reduce((sum, { degree }) => sum + degree, 0);
    const onPath = (factor: number): LayerDerivative => solver.differentiate(program, solution, factor * mu);
    return cones.every(({ symmetric }) => symmetric) ? [at, onPath(2)] : [onPath(FAR), onPath(2 * FAR)];
  }

  /**
   * A derivative of the kind asked for, of which the linear systems were solved; nothing where there is no solution.
   */
  private derived<T extends { readonly residual: number }>(of: (sensitivity: LayerDerivative) => T): T | undefined {
    const { program, solution } = this.at;
    if (!isSolved(solution)) return undefined;
    if (this.kind !== 'smoothed' && this.used !== 'smoothed') {
      this.exact ??= this.solver.differentiate(program, solution);
      this.doubt ??= this.exact.doubt();
      const exact = of(this.exact);
      if (exact.residual <= TRUSTED && !(this.doubt > STRICT)) return this.noted(exact, 'exact');
      if (this.kind === 'exact') {
        this.noted(exact, 'exact');
        throw this.refusal(exact.residual, this.doubt);
      }
    }
    this.smoothed ??= this.solver.differentiate(program, solution, this.smoothing);
    const smoothed = this.noted(of(this.smoothed), 'smoothed');
    if (smoothed.residual <= TRUSTED) return smoothed;
    const what = `the derivative at smoothing ${this.smoothing} has residual ${smoothed.residual.toPrecision(2)}`;
    throw new LossError('UNSUPPORTED', `convex layer: ${what}; a larger smoothing has a better one`);
  }

  private refusal(residual: number, doubt: number): LossError {
    const reason = residual > TRUSTED
      ? `residual ${residual.toPrecision(2)}: it may not be the only one`
      : `doubt ${doubt.toPrecision(2)}: a constraint is just becoming active`;
    const what = `the solution has no derivative (${reason}); derivative auto takes a smoothed one`;
    return new LossError('UNSUPPORTED', `convex layer: ${what}`);
  }

  private noted<T extends { readonly residual: number }>(change: T, used: 'exact' | 'smoothed'): T {
    this.used = used;
    this.derivativeResidual = Math.max(this.derivativeResidual, change.residual);
    return change;
  }

  private cotangentOf(cotangents: readonly Float64Array[], outputs: readonly Output[]): SolutionChange {
    const { solution } = this.at;
    const [x, s, z] = vectorsOf(solution.x.length, solution.s.length, solution.z.length);
    const sum = { x, s, z };
    outputs.forEach((output, k) => {
      const { index } = output.reading;
      const slope = this.slope(output);
      for (let i = 0; i < index.length; i++) sum[output.of][index[i]] += slope[i] * cotangents[k][i];
    });
    return sum;
  }

  /** The change of each entry of an output with what it is read from. */
  private slope(output: Output): Float64Array {
    const { scale, logs } = output.reading;
    return logs ? this.values(output).map((value, i) => value * scale[i]) : scale;
  }

  private values(output: Output): Float64Array {
    const value = new Float64Array(output.reading.index.length);
    this.read(output, value);
    return value;
  }
}

function curvatureOf(at: LayerDerivative, cotangent: SolutionChange, directions: readonly DataChange[]): Curvature {
  if (at.curvature) return at.curvature(cotangent, directions);
  const what = 'hessian needs second derivatives, which differentiate of your solver has not; leave it out';
  throw new LossError('UNSUPPORTED', `convex layer: ${what}`);
}

/** An output exp(v) has d^2 exp(v) = exp(v) d^2 v + (d exp(v))^2 / exp(v): adds the second part to the form. */
function addCurvatureOfExp(
  cotangent: Float64Array,
  value: Float64Array,
  changes: Batch,
  from: number,
  form: Float64Array,
): void {
  const k = changes.rows;
  for (let a = 0; a < k; a++) {
    const weighted = value.map((x, i) => (cotangent[i] * row(changes, a)[from + i]) / x);
    for (let b = 0; b < k; b++) form[a * k + b] += dot(weighted, row(changes, b).subarray(from, from + value.length));
  }
}

/** An array read from the solution: a variable from x, or a dual from z. */
export interface Output {
  readonly of: 'x' | 'z';
  readonly reading: Reading;
}
