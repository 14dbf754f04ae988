import type { Labelled } from './cases.js';
import { type Effort, fastest, interleaved, type Timing } from './measure.js';
import { NEWTON } from './our-paths.js';
import { Peer } from './peer.js';
import type { PathCase } from './protocol.js';
import type { Recorder } from './results.js';
import { ms, ratio, tableOf } from './table.js';

/**
 * Value and gradient of relaxed shortest paths, ours in float64 on one thread against PyTorch in float32: with the
 * neighbours stacked as in AlgoVision, and the fastest way, on one thread and on all; then what curvature costs beside
 * the gradient. Returns how many cases disagreed.
 */
export async function pathTable(
  cases: readonly Labelled<PathCase>[],
  torch: Peer | undefined,
  effort: Effort,
  recorder: Recorder,
): Promise<number> {
  if (cases.length === 0) return 0;
  console.log(
    '\nRelaxed shortest paths, N = 70, 12 x 12, 18 iterations. Milliseconds, median (min); x = torch / ours, by medians; ours is float64, one thread.\n',
  );
  const addRow = tableOf({
    case: 20,
    ours: 13,
    'as AlgoVision': 13,
    x: 6,
    'fastest, 1 thread': 17,
    'x ': 6,
    'all threads': 13,
    'x  ': 6,
    agree: 6,
  });
  let disagreements = 0;
  for (const { label, case: problem } of cases) {
    const ours = Peer.ours();
    try {
      const agreement = torch ? await worstDifference(ours, torch, problem) : 0;
      if (!(agreement < 1e-9)) disagreements++;
      const [mine, ...theirs] = await bothSides(ours, torch, problem, effort);
      recorder.addTimings(effort.clock, label, { ours: mine, 'PyTorch, as AlgoVision': theirs[0], PyTorch: theirs[1] });
      const cells = [0, 1, 2].flatMap((k) => [ms(theirs[k]), ratio(theirs[k], mine)]);
      addRow(label, ms(mine), ...cells, torch ? agreement.toExponential(0) : '-');
    } catch (error) {
      addRow(label, (error as Error).message);
      disagreements++;
    } finally {
      ours.stop();
    }
  }
  await curvatureTable(cases, effort, recorder);
  return disagreements;
}

/** Ours, and PyTorch's where it is there: as AlgoVision, the fastest on one thread, on all. */
async function bothSides(
  ours: Peer,
  torch: Peer | undefined,
  problem: PathCase,
  effort: Effort,
): Promise<Timing[]> {
  await ours.ask({ op: 'open', case: problem });
  const own = { peer: ours, contender: 'gradient' };
  if (!torch) return interleaved([own], effort);
  const { contenders } = await torch.ask({ op: 'open', case: problem });
  const bestOf = async (threads: string): Promise<string> =>
    (await fastest(torch, contenders.filter((name) => name.startsWith('float32') && name.endsWith(threads)), effort))
      .best.contender;
  const ways = ['float32 stacked last, one thread', await bestOf('one thread'), await bestOf('all threads')];
  return interleaved([own, ...ways.map((contender) => ({ peer: torch, contender }))], effort);
}

/** Between both sides in float64, relative to the largest entry of value or gradient. */
async function worstDifference(ours: Peer, torch: Peer, problem: PathCase): Promise<number> {
  await ours.ask({ op: 'open', case: problem });
  const { contenders } = await torch.ask({ op: 'open', case: problem });
  const mine = (await ours.ask({ op: 'run', contender: 'gradient' })).result;
  const theirs =
    (await torch.ask({ op: 'run', contender: contenders.find((name) => name.startsWith('float64'))! })).result;
  return Math.max(
    ...theirs.map((expected, k) => {
      const scale = k === 1 ? problem.y.length : 1; // theirs is the gradient of the batch mean, ours each sample's own
      const error = expected.map((x, j) => Math.abs(scale * x - mine[k][j]));
      return Math.max(...error) / (scale * Math.max(...expected.map(Math.abs)));
    }),
  );
}

async function curvatureTable(
  cases: readonly Labelled<PathCase>[],
  effort: Effort,
  recorder: Recorder,
): Promise<void> {
  console.log(
    '\nThe same with curvature, everything included. Milliseconds, median (min); and as a multiple of value and gradient.\n',
  );
  const contenders = ['gradient', 'gradient and product', ...Object.keys(NEWTON)];
  const addRow = tableOf({ case: 22, step: 34, ms: 15, multiple: 8 });
  for (const { label, case: problem } of cases) {
    const ours = Peer.ours();
    await ours.ask({ op: 'open', case: problem });
    const timings = await interleaved(contenders.map((contender) => ({ peer: ours, contender })), effort);
    for (const timing of timings) {
      addRow(label, timing.contender, ms(timing), ratio(timing, timings[0]));
      recorder.addTimings(effort.clock, label, { [`ours, ${timing.contender}`]: timing });
    }
    ours.stop();
  }
}
