import { type Figures, readResults } from './results.js';
import { tableOf } from './table.js';

/**
 * Two files of bench/results, by what both have: the figures before and after, their ratio, and the same with what
 * PyTorch took in the same runs as the unit, which is what a busy or another machine leaves comparable.
 */
const names = process.argv.slice(2);
if (names.length !== 2) {
  console.error('npm run bench:compare -- BEFORE AFTER: names of files in bench/results, or paths');
  process.exit(2);
}
const [before, after] = names.map(readResults);
for (const { commit, machine, cores, node, fma } of [before, after]) {
  console.log(`${commit}: ${machine}, ${cores} CPUs, Node ${node}${fma ? ', fused multiply-adds' : ''}`);
}
for (const unit of Object.keys(before.figures).filter((name) => name in after.figures)) {
  printUnit(unit, before.figures, after.figures);
}

function printUnit(unit: string, { [unit]: old }: Figures, { [unit]: recent }: Figures): void {
  console.log(`\n${unit}\n`);
  const addRow = tableOf({ case: 36, of: 16, before: 9, after: 9, 'after / before': 14, 'beside PyTorch': 14 });
  for (const label of Object.keys(old).filter((name) => name in recent)) {
    for (const [who, was] of Object.entries(old[label])) {
      const is = recent[label][who];
      if (is === undefined) continue;
      const yardstick = (recent[label]['PyTorch'] ?? NaN) / (old[label]['PyTorch'] ?? NaN);
      const beside = who === 'PyTorch' ? NaN : is / was / yardstick;
      addRow(label, who, short(was), short(is), factor(is / was), factor(beside));
    }
  }
}

function short(x: number): string {
  return x >= 1000 ? x.toFixed(0) : x.toPrecision(3);
}

function factor(x: number): string {
  return Number.isNaN(x) ? '' : `${x.toFixed(2)}x`;
}
