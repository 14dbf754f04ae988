import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Effort, interleaved } from '../measure.js';
import { findPython, Peer } from '../peer.js';
import { ms, ratio, tableOf } from '../table.js';
import { convexCases } from './cases.js';
import { singleSolves } from './single-solves.js';

/**
 * Convex layers beside those of PyTorch: a batch solved and differentiated, one thread each, in turns. Errors of
 * gradients are those against the optimality conditions solved densely, relative to the largest entry of a gradient.
 */
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const clock = flags.cpu ? 'cpu' : 'wall';
const effort: Effort = flags.quick
  ? { clock, rounds: 2, seconds: 0.1, patience: 10 }
  : { clock, rounds: 5, seconds: 0.5, patience: 60 };
const PEERS = ['cvxpylayers', 'qpth'];

const machine = `${cpus()[0]?.model}, ${availableParallelism()} CPUs, load ${loadavg()[0].toFixed(1)}`;
console.log(`${machine}, Node ${process.version}, one thread each, ${clock} time; milliseconds, median (min)`);
const python = findPython('import cvxpylayers, qpth');
const torch = python ? Peer.torch(python) : undefined;
if (!torch) console.log('PyTorch is skipped: none with cvxpylayers and qpth (bench/README.md: how to install them)');
try {
  await layers();
} finally {
  torch?.stop();
}
await singleSolves();

async function layers(): Promise<void> {
  const addRow = tableOf({
    ...{ 'batch of 128, and its gradient': 30, ours: 15, cvxpylayers: 17, ratio: 6, qpth: 17, 'ratio ': 6 },
    'errors of gradients: ours, cvxpylayers, qpth': 44,
  });
  for (const { label, case: problem } of convexCases()) {
    if (!new RegExp(flags.only).test(label)) continue;
    const ours = Peer.ours();
    try {
      await ours.ask({ op: 'open', case: problem });
      const opened = await torch?.ask({ op: 'open', case: problem });
      const entries = PEERS.filter((name) => opened?.contenders.includes(name)).map((contender) => ({
        peer: torch!,
        contender,
      }));
      const all = [{ peer: ours, contender: 'float64' }, ...entries];
      const [mine, ...theirs] = await interleaved(all, effort);
      const reference = await torch?.ask({ op: 'run', contender: 'reference' });
      const errors: string[] = [];
      for (const { peer, contender } of reference ? all : []) {
        const { result } = await peer.ask({ op: 'run', contender });
        errors.push(errorOf(result[1], reference!.result[1]).toExponential(1));
      }
      const of = (name: string) => theirs.find(({ contender }) => contender === name);
      const cells = PEERS.flatMap((name) => [ms(of(name)), ratio(of(name), mine)]);
      addRow(label, ms(mine), ...cells, errors.join(', '));
    } finally {
      ours.stop();
    }
  }
}

function errorOf(got: readonly number[], expected: readonly number[]): number {
  const [error, size] = [got.map((value, k) => value - expected[k]), expected].map((x) =>
    x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  );
  return error / size;
}
