import type { Labelled } from '../cases.js';
import { type Effort, interleaved, type Timing } from '../measure.js';
import { Peer } from '../peer.js';
import type { ConvexCase } from '../protocol.js';
import { ms, ratio, relativeError, tableOf } from '../table.js';

/** Solvers give about eight digits, of solutions fewer. */
const AGREES = 1e-4;

/**
 * Programs solved one by one, without derivatives, by our layer, checks included, and by solvers in WebAssembly, which
 * are given cone programs ready made. Returns how often solutions differ.
 */
export async function singleTable(cases: readonly Labelled<ConvexCase>[], effort: Effort): Promise<number> {
  if (cases.length === 0) return 0;
  console.log('\nSingle solves, tolerance 1e-8. Milliseconds a solve, median (min); x = theirs / ours, by medians;');
  console.log('relative difference of solutions from ours.\n');
  const addRow = tableOf({ case: 22, solver: 12, ms: 17, x: 6, difference: 10 });
  let different = 0;
  for (const { label, case: problem } of cases) {
    const peer = Peer.ours();
    try {
      await peer.ask({ op: 'open', case: problem });
      const contenders = ['singly', 'Clarabel', 'SCS'];
      const solutions: number[][] = [];
      for (const contender of contenders) solutions.push((await peer.ask({ op: 'run', contender })).result.flat());
      const timings = await interleaved(contenders.map((contender) => ({ peer, contender })), effort);
      const [ours, ...others] = timings.map((timing) => perSolve(timing, problem.y.length));
      addRow(label, 'ours', ms(ours));
      others.forEach((timing, k) => {
        const difference = relativeError(solutions[k + 1], solutions[0]);
        if (!(difference < AGREES)) different++;
        addRow(label, timing.contender, ms(timing), ratio(timing, ours), difference.toExponential(0));
      });
    } catch (error) {
      addRow(label, (error as Error).message);
      different++;
    } finally {
      peer.stop();
    }
  }
  return different;
}

function perSolve({ contender, median, min }: Timing, solves: number): Timing {
  return { contender, median: median / solves, min: min / solves };
}
