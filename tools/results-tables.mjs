// The tables of docs/results.md from raw summaries of sweeps, those of the same sweep on other seeds together:
//   node tools/results-tables.mjs docs/results/claim-quick.json docs/results/claim-quick-seeds-3-9.json
import { readFileSync } from 'node:fs';
import { overallDifferences } from '../dist/harness/report/overall.js';
import { difference, metricSpread, pValue } from '../dist/harness/report/format.js';
import { spread } from '../dist/harness/report/summary.js';

const summaries = process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).groups);
const groups = Array.from(new Set(summaries.map(({ name }) => name)), together);
const variants = [...new Set(groups.flatMap((group) => group.variants.map(({ variant }) => variant)))];

print(['variant', ...groups.map(({ name }) => `\`${name}\``)]);
for (const name of variants) {
  print([
    `\`${name}\``,
    ...groups.map(({ metric, metrics, variants: found }) => {
      const own = found.find(({ variant }) => variant === name)?.final[metric];
      return own ? metricSpread(metrics[metric], own) : '';
    }),
  ]);
}

console.log(
  `\nSeeds ${[...new Set(groups.flatMap((group) => group.variants.flatMap(({ seeds }) => seeds)))].join(', ')}\n`,
);
print(['difference', 'points', 'p', 'Holm', 'ahead', 'groups', 'seeds']);
for (const { variant, reference, difference: found, ahead, pairs, groups: count } of overallDifferences(groups)) {
  const ps = [found.p.student, found.p.holm].map((p) => (p === undefined ? '' : pValue(p)));
  print([`\`${variant}\` − \`${reference}\``, difference(found), ...ps, `${ahead} of ${pairs}`, count, found.pairs]);
}

/** The group of that name with the seeds of all files. */
function together(name) {
  const parts = summaries.filter((group) => group.name === name);
  const [{ metric }] = parts;
  const names = [...new Set(parts.flatMap((part) => part.variants.map(({ variant }) => variant)))];
  return {
    ...parts[0],
    variants: names.map((variant) => {
      const found = parts.flatMap((part) =>
        part.variants.filter((one) => one.variant === variant && metric in one.final)
      );
      const values = found.flatMap(({ final }) => final[metric].values);
      return {
        variant,
        seeds: found.flatMap(({ seeds }) => seeds),
        final: values.length ? { [metric]: spread(values) } : {},
      };
    }),
  };
}

/** A row of Markdown, after the first one the line below the heads. */
function print(cells) {
  console.log(`| ${cells.join(' | ').replaceAll('\u00a0', ' ')} |`);
  if (cells[0] === 'variant' || cells[0] === 'difference') console.log(`|${'---|'.repeat(cells.length)}`);
}
