import type { Labelled } from '../cases.js';
import { type Effort, type Entry, fastest, interleaved } from '../measure.js';
import { Peer } from '../peer.js';
import type { ConvexCase } from '../protocol.js';
import { ms, ratio, relativeError, tableOf } from '../table.js';

const DEFAULT = 'cvxpylayers, default';
/** Ways of cvxpylayers to be as fast as it can, at its usual tolerances. */
const WAYS = ['cvxpylayers, SCS, dense', 'cvxpylayers, Clarabel, LSQR', 'cvxpylayers, Clarabel, dense'];
/** Above rounding and the error of an interior-point method, below that of a mistake. */
const AGREES = 1e-2;

/**
 * Forward and backward through programs in batches: ours, cvxpylayers by default and as fast as it can be, and qpth;
 * with errors of solutions and of gradients, largest over the batch and relative to the largest entry, against the
 * optimality conditions. Returns how often ours was wrong.
 */
export async function layerTable(
  cases: readonly Labelled<ConvexCase>[],
  torch: Peer | undefined,
  effort: Effort,
): Promise<number> {
  if (cases.length === 0) return 0;
  console.log('\nConvex layers, batch of 128, forward and backward.');
  console.log('Milliseconds, median (min); x = theirs / ours, by medians; relative errors.\n');
  const addRow = tableOf({ case: 24, side: 34, ms: 15, x: 6, 'of x': 8, 'of gradients': 12 });
  let wrong = 0;
  for (const { label, case: problem } of cases) {
    const ours = Peer.ours();
    try {
      await ours.ask({ op: 'open', case: problem });
      const entries = [{ peer: ours, contender: 'layer' }, ...(torch ? await theirs(torch, problem, effort) : [])];
      const errors = torch ? await errorsOf(entries, torch) : undefined;
      const timings = await interleaved(entries, effort);
      timings.forEach((timing, k) => {
        const of = errors?.[k].map((error) => error.toExponential(0)) ?? ['-', '-'];
        addRow(label, k === 0 ? 'ours' : timing.contender, ms(timing), k === 0 ? '' : ratio(timing, timings[0]), ...of);
      });
      if (errors && !errors[0].every((error) => error < AGREES)) wrong++;
    } catch (error) {
      addRow(label, (error as Error).message);
      wrong++;
    } finally {
      ours.stop();
    }
  }
  return wrong;
}

/** What there is on the other side: a package may not be installed, or not know the program. */
async function theirs(torch: Peer, problem: ConvexCase, effort: Effort): Promise<Entry[]> {
  const { contenders } = await torch.ask({ op: 'open', case: problem });
  const works = async (contender: string): Promise<boolean> =>
    contenders.includes(contender) && torch.ask({ op: 'run', contender }).then(() => true, (error: Error) => {
      console.log(`${contender}: ${error.message}`);
      return false;
    });
  const found: string[] = [];
  if (await works(DEFAULT)) found.push(DEFAULT, (await fastest(torch, WAYS, effort)).best.contender);
  if (await works('qpth')) found.push('qpth');
  return found.map((contender) => ({ peer: torch, contender }));
}

/** Of each: the error of the solutions, and the largest of its gradients. */
async function errorsOf(entries: readonly Entry[], torch: Peer): Promise<number[][]> {
  const { result: exact } = await torch.ask({ op: 'run', contender: 'exact' });
  const errors: number[][] = [];
  for (const { peer, contender } of entries) {
    const { result } = await peer.ask({ op: 'run', contender });
    const [ofX, ...ofGradients] = exact.map((expected, k) => relativeError(result[k], expected));
    errors.push([ofX, Math.max(...ofGradients)]);
  }
  return errors;
}

/** How exact each way of the other side is, tolerances of 1e-10 included. */
export async function accuracyTable({ label, case: problem }: Labelled<ConvexCase>, torch: Peer): Promise<void> {
  console.log(`\nRelative errors by solver, tolerance and way to the derivative: ${label}.\n`);
  const addRow = tableOf({ side: 34, 'of x': 8, 'of gradients': 12 });
  const { contenders } = await torch.ask({ op: 'open', case: problem });
  for (const contender of contenders.filter((name) => name !== 'exact')) {
    try {
      const [errors] = await errorsOf([{ peer: torch, contender }], torch);
      addRow(contender, ...errors.map((error) => error.toExponential(0)));
    } catch (error) {
      addRow(contender, (error as Error).message);
    }
  }
}
