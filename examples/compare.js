// Compares curvatures on paired seeds by code, with a report as the command line writes it.
// Run: node examples/compare.js
import { compare } from 'newton-losses/harness';

const { groups: [group], report, failures } = await compare(['knapsack/perturbed-fenchel-young'], {
  variants: ['none', 'hessian'],
  seeds: 2,
  changes: { 'task.train': 200, 'task.validation': 1, 'task.test': 200, steps: 60 },
  folder: 'runs/compare', // run again, it trains nothing twice
  backend: 'wasm',
});

for (const { variant, final } of group.variants) {
  const { mean, values } = final.regret;
  const percent = (share) => `${(100 * share).toFixed(1)}%`;
  console.log(`${variant}: regret ${percent(mean)}, by seed ${values.map(percent).join(' and ')}`);
}
const { pairs } = group.variants[1].differences.none;
console.log(
  `hessian against none in ${pairs} pairs, ${Object.keys(failures).length} failures; the report is ${report}`,
);
