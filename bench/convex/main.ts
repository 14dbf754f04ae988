import { parseArgs } from 'node:util';
import type { Labelled } from '../cases.js';
import { machineText } from '../machine.js';
import type { Effort } from '../measure.js';
import { findPython, Peer } from '../peer.js';
import { layerCases, singleCases } from './cases.js';
import { accuracyTable, layerTable } from './layer-table.js';
import { singleTable } from './single-table.js';

/** Convex layers beside cvxpylayers and qpth, and single solves beside Clarabel and SCS in WebAssembly. */
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const clock = flags.cpu ? 'cpu' : 'wall';
const effort: Effort = flags.quick
  ? { clock, rounds: 2, seconds: 0.1, patience: 2 }
  : { clock, rounds: 5, seconds: 0.3, patience: 20 };
const only = <C>(cases: Labelled<C>[]): Labelled<C>[] =>
  cases.filter(({ label }) => new RegExp(flags.only).test(label));

const python = findPython('import torch, cvxpylayers');
const torch = python ? Peer.torch(python) : undefined;
console.log(`${machineText()}, one thread each, ${clock} time`);
if (!torch) {
  console.log('Python is skipped: no cvxpylayers with $PYTHON, bench/.venv or python3 (see bench/README.md)');
}
try {
  const layers = only(layerCases());
  const wrong = await layerTable(layers, torch, effort);
  const control = layers.find(({ case: { program } }) => program.form === 'control');
  if (torch && control) await accuracyTable(control, torch);
  const different = await singleTable(only(singleCases()), effort);
  process.exitCode = wrong + different > 0 ? 1 : 0;
} finally {
  torch?.stop();
}
