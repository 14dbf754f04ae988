import { BATCH, type Labelled, unsaturated } from './cases.js';
import { type Effort, fastest, interleaved } from './measure.js';
import { Peer } from './peer.js';
import { type SortingCase } from './protocol.js';
import { ms, ratio, tableOf } from './table.js';

/**
 * Value and gradient of a loss by itself, then these and the batch-mean Hessian: ours in float64 against the fastest of PyTorch's ways
 * in float32, and the same way in float64. Returns how many cases disagreed.
 */
export async function sortingTable(cases: readonly Labelled<SortingCase>[], torch: Peer | undefined, effort: Effort): Promise<number> {
  console.log(`\nLosses, N = ${BATCH}. Milliseconds, median (min); x = torch / ours, by medians; agree = largest relative difference in float64.\n`);
  const addRow = tableOf({ case: 26, 'ours float64': 15, 'torch float32': 15, 'torch float64': 15, 'x f32': 6, 'x f64': 6, agree: 7, "torch's fastest way": 26 });
  let disagreements = 0;
  for (const { label, case: problem } of cases) {
    const ours = Peer.ours(); // a process each, as a run has: no loss pays for another's calls of shared code
    try {
      const agreement = torch ? await worstDifference(ours, torch, problem) : 0;
      if (!(agreement < 1e-6)) disagreements++;
      const cells = torch ? await bothSides(ours, torch, problem, effort) : await ourSide(ours, problem, effort);
      addRow(label, ...cells.slice(0, 5), torch ? agreement.toExponential(0) : '-', cells[5] ?? '-');
    } catch (error) {
      addRow(label, (error as Error).message);
      disagreements++;
    } finally {
      ours.stop();
    }
  }
  return disagreements;
}

async function ourSide(ours: Peer, problem: SortingCase, effort: Effort): Promise<string[]> {
  await ours.ask({ op: 'open', case: problem });
  const [timing] = await interleaved([{ peer: ours, contender: 'float64' }], effort);
  return [ms(timing), '-', '-', '-', '-'];
}

async function bothSides(ours: Peer, torch: Peer, problem: SortingCase, effort: Effort): Promise<string[]> {
  await ours.ask({ op: 'open', case: problem });
  const { contenders } = await torch.ask({ op: 'open', case: problem });
  const { best } = await fastest(torch, contenders.filter((name) => name.startsWith('float32')), effort.seconds);
  const sides = [
    { peer: ours, contender: 'float64' },
    { peer: torch, contender: best.contender },
    { peer: torch, contender: best.contender.replace('float32', 'float64') },
  ];
  const [mine, single, double] = await interleaved(sides, effort);
  const way = best.contender.replace(/^float32 ?/, '');
  return [ms(mine), ms(single), ms(double), ratio(single, mine!), ratio(double, mine!), way];
}

/** Between both sides in float64, relative to the largest entry of value, gradient or Hessian. */
async function worstDifference(ours: Peer, torch: Peer, problem: SortingCase): Promise<number> {
  await ours.ask({ op: 'open', case: unsaturated(problem) });
  const { contenders } = await torch.ask({ op: 'open', case: unsaturated(problem) });
  const mine = (await ours.ask({ op: 'run', contender: 'float64' })).result;
  const theirs = (await torch.ask({ op: 'run', contender: contenders.find((name) => name.startsWith('float64'))! })).result;
  return Math.max(
    ...theirs.map((expected, k) => {
      const scale = k === 1 ? BATCH : 1; // theirs is the gradient of the batch mean, ours each sample's own
      const error = expected.map((x, j) => Math.abs(scale * x - mine[k]![j]!));
      return Math.max(...error) / (scale * Math.max(...expected.map(Math.abs)));
    }),
  );
}
