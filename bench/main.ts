import { parseArgs } from 'node:util';
import { type Labelled, networkCases, pathCases, sortingCases } from './cases.js';
import { machineText } from './machine.js';
import type { Effort } from './measure.js';
import { networkTable } from './network-table.js';
import { pathTable } from './path-table.js';
import { findPython, Peer } from './peer.js';
import type { BackendName } from '../node/tfjs/index.js';
import { Recorder } from './results.js';
import { sortingTable } from './sorting-table.js';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    backend: { type: 'string', default: 'wasm' },
    save: { type: 'boolean', default: false },
  },
});
const clock = flags.cpu ? 'cpu' : 'wall';
const effort: Effort = {
  clock,
  ...(flags.quick ? { rounds: 3, seconds: 0.1, patience: 5 } : { rounds: 7, seconds: 0.3, patience: 30 }),
};
const sizes = flags.quick ? [5, 10] : [5, 10, 32];
const presets = [
  'quick-softsort',
  'quick-neuralsort',
  'quick-dsn-logistic',
  'quick-dsn-cauchy',
  ...(flags.quick ? [] : ['paper-softsort-n10']),
];
const only = <C>(cases: Labelled<C>[]): Labelled<C>[] =>
  cases.filter(({ label }) => new RegExp(flags.only).test(label));

const recorder = new Recorder(flags.save);
const python = findPython();
const torch = python ? Peer.torch(python) : undefined;
console.log(`${machineText()}, one thread each, ${clock} time`);
if (!torch) {
  console.log(
    'PyTorch is skipped: none with $PYTHON, bench/.venv/bin/python or python3 (bench/README.md: how to install it)',
  );
}
try {
  const sorting = await sortingTable(only(sortingCases(sizes)), torch, effort, recorder);
  const paths = await pathTable(only(pathCases()), torch, effort, recorder);
  const networks = await networkTable(
    only(networkCases(presets, flags.backend as BackendName)),
    torch,
    effort,
    recorder,
  );
  recorder.write();
  process.exitCode = sorting + paths + networks > 0 ? 1 : 0;
} finally {
  torch?.stop();
}
