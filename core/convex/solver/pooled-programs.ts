import type { Pool } from '../../algorithms/pool.js';
import type { Algorithm } from '../../algorithms/algorithm.js';
import { row, zeros } from '../../batch.js';
import { type AffineEntries, affineMapOf } from '../model/affine-map.js';
import type { ConeSolution, ConeStructure, Method, SolverSettings, Status } from './cone-program.js';
import { programOf } from '../model/canonical.js';
import type { DataChange } from './linearisation.js';
import { Solver } from './solver.js';

/** Programs of one structure whose data are affine in theta, as plain data for other threads. */
export interface ProgramFamily {
  readonly structure: ConeStructure;
  readonly entries: Readonly<Record<keyof DataChange, AffineEntries>>;
  readonly settings: SolverSettings;
}

const STATUSES: readonly Status[] = ['solved', 'inaccurate', 'infeasible', 'unbounded', 'not-converged', 'elastic'];
const METHODS: readonly Method[] = ['active-set', 'interior-point'];

/** Numbers of a solution before x, s and z: status, method, iterations, four residuals. */
const HEAD = 7;

/** Solves programs for thetas, the rows of a batch, on the threads of a pool: what `Solver` finds, bit for bit. */
export function solvedOnPool(
  pool: Pick<Pool, 'parallel'>,
  family: ProgramFamily,
): (thetas: readonly Float64Array[]) => ConeSolution[] {
  const parallel = pool.parallel(plugin, './core/convex/solver/pooled-programs.js').create(family);
  const [n, m] = [family.structure.P.cols, family.structure.A.rows];
  return (thetas) => {
    const costs = zeros(thetas.length, thetas[0].length);
    thetas.forEach((theta, i) => row(costs, i).set(theta));
    const into = { w: zeros(thetas.length, HEAD + n + 2 * m), objective: new Float64Array(thetas.length) };
    parallel.solveRows!(costs, into, () => undefined);
    return thetas.map((_, i) => solutionIn(row(into.w, i), into.objective[i], n, m));
  };
}

function create({ structure, entries, settings }: ProgramFamily): Algorithm {
  const solver = new Solver(structure, settings);
  const [P, q, A, b] = [entries.P, entries.q, entries.A, entries.b].map(affineMapOf);
  const dataAt = (theta: Float64Array): DataChange => {
    return { P: P.apply(theta), q: q.apply(theta), A: A.apply(theta), b: b.apply(theta) };
  };
  return {
    sense: 'minimise',
    outputs: () => HEAD + structure.P.cols + 2 * structure.A.rows,
    solve(theta, out) {
      const { status, polished, iterations, residuals: { primal, dual, gap }, x, s, z, objective } = solver.solve(
        programOf({ structure }, dataAt(theta)),
      );
      const method = polished ? METHODS.indexOf(polished.method) : -1;
      out.set([STATUSES.indexOf(status), method, iterations, primal, dual, gap, polished?.residual ?? 0]);
      out.set(x, HEAD);
      out.set(s, HEAD + x.length);
      out.set(z, HEAD + x.length + s.length);
      return objective;
    },
  };
}

function solutionIn(numbers: Float64Array, objective: number, n: number, m: number): ConeSolution {
  const [status, method, iterations, primal, dual, gap, residual] = numbers;
  return {
    status: STATUSES[status],
    x: numbers.slice(HEAD, HEAD + n),
    s: numbers.slice(HEAD + n, HEAD + n + m),
    z: numbers.slice(HEAD + n + m),
    objective,
    iterations,
    residuals: { primal, dual, gap },
    ...(method >= 0 && { polished: { residual, method: METHODS[method] } }),
  };
}

/** What each thread makes its own solver of. */
const plugin = {
  name: 'cone-programs',
  title: 'Cone programs of one structure',
  source: 'Solver',
  params: {},
  create: (family: object) => create(family as ProgramFamily),
  sample: (): never => {
    throw new Error('a part of convex layers, not to be sampled');
  },
};

export default plugin;
