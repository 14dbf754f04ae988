import { BATCH, type Labelled, comparable } from './cases.js';
import { type Effort, fastest, interleaved, type Timing } from './measure.js';
import { Peer } from './peer.js';
import type { SortingCase } from './protocol.js';
import type { Recorder } from './results.js';
import { ms, ratio, tableOf } from './table.js';

/**
 * Value and gradient of a loss by itself, then these and the batch-mean Hessian: ours in float64 against the fastest of
 * PyTorch's ways in float32, and the same way in float64. Returns how many cases disagreed.
 */
export async function sortingTable(
  cases: readonly Labelled<SortingCase>[],
  torch: Peer | undefined,
  effort: Effort,
  recorder: Recorder,
): Promise<number> {
  if (cases.length === 0) return 0;
  console.log(`\nLosses, N = ${BATCH}. Milliseconds, median (min); x = torch / ours, by medians; ours is float64.`);
  console.log(
    "matmul = x of the papers' own formulation in float32; agree = largest relative difference in float64.\n",
  );
  const addRow = tableOf({
    case: 26,
    ours: 15,
    'torch f32': 15,
    'torch f64': 15,
    'x f32': 6,
    'x f64': 6,
    matmul: 6,
    agree: 6,
    "torch's fastest way": 26,
  });
  let disagreements = 0;
  for (const { label, case: problem } of cases) {
    const ours = Peer.ours(); // a process each, as a run has: no loss pays for another's calls of shared code
    try {
      const agreement = torch ? await worstDifference(ours, torch, problem) : 0;
      if (!(agreement < 1e-6)) disagreements++;
      const sides = torch ? await bothSides(ours, torch, problem, effort) : await ourSide(ours, problem, effort);
      const { mine, single, double, matmul, way } = sides;
      recorder.addTimings(effort.clock, label, { ours: mine, PyTorch: single, 'PyTorch, float64': double });
      const ratios = [single, double, matmul].map((theirs) => ratio(theirs, mine));
      const agree = torch ? agreement.toExponential(0) : '-';
      addRow(label, ms(mine), ms(single), ms(double), ...ratios, agree, way);
    } catch (error) {
      addRow(label, (error as Error).message);
      disagreements++;
    } finally {
      ours.stop();
    }
  }
  return disagreements;
}

/** Ours, and PyTorch's in single and double precision and with matrices, where it is there. */
interface Sides {
  readonly mine: Timing;
  readonly single?: Timing;
  readonly double?: Timing;
  readonly matmul?: Timing | undefined;
  /** The fastest of PyTorch's. */
  readonly way: string;
}

async function ourSide(ours: Peer, problem: SortingCase, effort: Effort): Promise<Sides> {
  await ours.ask({ op: 'open', case: problem });
  const [mine] = await interleaved([{ peer: ours, contender: 'float64' }], effort);
  return { mine, way: '-' };
}

async function bothSides(ours: Peer, torch: Peer, problem: SortingCase, effort: Effort): Promise<Sides> {
  await ours.ask({ op: 'open', case: problem });
  const { contenders } = await torch.ask({ op: 'open', case: problem });
  const fastestOf = async (pattern: RegExp): Promise<string | undefined> => {
    const matching = contenders.filter((name) => pattern.test(name));
    return matching.length > 0 ? (await fastest(torch, matching, effort)).best.contender : undefined;
  };
  const matrices = await fastestOf(/^float32 matmul/);
  const best = (await fastestOf(/^float32 (?!matmul)|^float32$/))!;
  const theirs = [best, best.replace('float32', 'float64'), ...(matrices ? [matrices] : [])].map((contender) => ({
    peer: torch,
    contender,
  }));
  const [mine, single, double, matmul] = await interleaved([{ peer: ours, contender: 'float64' }, ...theirs], effort);
  return { mine, single, double, matmul, way: best.replace(/^float32 ?/, '') };
}

/** Between both sides in float64, relative to the largest entry of value, gradient or Hessian. */
async function worstDifference(ours: Peer, torch: Peer, problem: SortingCase): Promise<number> {
  await ours.ask({ op: 'open', case: comparable(problem) });
  const { contenders } = await torch.ask({ op: 'open', case: comparable(problem) });
  const mine = (await ours.ask({ op: 'run', contender: 'float64' })).result;
  const theirs =
    (await torch.ask({ op: 'run', contender: contenders.find((name) => name.startsWith('float64'))! })).result;
  return Math.max(
    ...theirs.map((expected, k) => {
      const scale = k === 1 ? BATCH : 1; // theirs is the gradient of the batch mean, ours each sample's own
      const error = expected.map((x, j) => Math.abs(scale * x - mine[k][j]));
      return Math.max(...error) / (scale * Math.max(...expected.map(Math.abs)));
    }),
  );
}
