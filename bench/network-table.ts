import type { Labelled } from './cases.js';
import { type Effort, fastest, interleaved, type Timing } from './measure.js';
import { Peer } from './peer.js';
import type { NetworkCase } from './protocol.js';
import type { Recorder } from './results.js';
import { ms, ratio, tableOf } from './table.js';

/**
 * One training step of a preset: ours plain, with the Fisher and with the Hessian Newton loss, and PyTorch's plain one.
 * The paper's network takes seconds a step, of which the loss is none: it is timed plain. Returns how many cases
 * failed.
 */
export async function networkTable(
  cases: readonly Labelled<NetworkCase>[],
  torch: Peer | undefined,
  effort: Effort,
  recorder: Recorder,
): Promise<number> {
  if (cases.length === 0) return 0;
  console.log(
    `\nTraining steps, N = 100 sets, ours on ${
      cases[0].case.backend
    }, both in float32 networks. Milliseconds, median (min); x = torch / ours, plain, by medians.\n`,
  );
  const addRow = tableOf({
    preset: 20,
    'ours plain': 15,
    'ours Fisher': 15,
    'ours Hessian': 15,
    'F/plain': 7,
    'H/plain': 7,
    torch: 15,
    x: 6,
    "torch's fastest way": 26,
  });
  let failures = 0;
  for (const { label, case: problem } of cases) {
    const ours = Peer.ours();
    try {
      const sides = await bothSides(ours, torch, problem, effort);
      const { plain, fisher, hessian, single, way } = sides;
      const timings = { ours: plain, 'ours, Fisher': fisher, 'ours, Hessian': hessian, PyTorch: single };
      recorder.addTimings(effort.clock, `step of ${label}`, timings);
      const multiples = [ratio(fisher, plain), ratio(hessian, plain)];
      addRow(label, ms(plain), ms(fisher), ms(hessian), ...multiples, ms(single), ratio(single, plain), way);
    } catch (error) {
      addRow(label, (error as Error).message);
      failures++;
    } finally {
      ours.stop();
    }
  }
  return failures;
}

interface Sides {
  readonly plain: Timing;
  readonly fisher: Timing | undefined;
  readonly hessian: Timing | undefined;
  readonly single: Timing | undefined;
  /** The fastest of PyTorch's. */
  readonly way: string;
}

async function bothSides(
  ours: Peer,
  torch: Peer | undefined,
  problem: NetworkCase,
  effort: Effort,
): Promise<Sides> {
  await ours.ask({ op: 'open', case: problem });
  const theirs = torch && (await fastestStep(torch, problem, effort));
  const variants = problem.model.name === 'paper-cnn' ? ['none'] : ['none', 'fisher', 'hessian'];
  const entries = variants.map((contender) => ({ peer: ours, contender }));
  const timings = await interleaved([...entries, ...(theirs ? [{ peer: torch, contender: theirs }] : [])], effort);
  const of = (contender: string | undefined): Timing | undefined => timings.find((t) => t.contender === contender);
  const way = theirs?.replace('float32 ', '') ?? '-';
  return { plain: of('none')!, fisher: of('fisher'), hessian: of('hessian'), single: of(theirs), way };
}

async function fastestStep(torch: Peer, problem: NetworkCase, effort: Effort): Promise<string> {
  const { contenders } = await torch.ask({ op: 'open', case: problem });
  return (await fastest(torch, contenders, effort)).best.contender;
}
