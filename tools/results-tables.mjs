// The tables of docs/results.md, from raw summaries of sweeps, those of the same sweep on other seeds together:
//   node tools/results-tables.mjs docs/results/claim-quick.json docs/results/claim-quick-from-3.json
// `--groups REGEX` takes some of the groups.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { difference, metricSpread, pValue } from '../dist/harness/report/format.js';
import { overallDifferences } from '../dist/harness/report/overall.js';
import { commonStart } from '../dist/harness/report/overview.js';
import { spread } from '../dist/harness/report/summary.js';

const { values: { groups: wanted = '' }, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { groups: { type: 'string' } },
});
const summaries = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).groups)
  .filter(({ name }) => new RegExp(wanted).test(name));
const names = [...new Set(summaries.map(({ name }) => name))];
const groups = names.map(together);
const variants = [...new Set(groups.flatMap((group) => group.variants.map(({ variant }) => variant)))];
const start = commonStart(names);

table(
  ['variant', ...names.map((name) => name.slice(start.length).replace(' (modified)', ''))],
  variants.map((name) => [code(name), ...groups.map((group) => reached(group, name))]),
);

const found = overallDifferences(groups);
const references = [...new Set(found.map(({ reference }) => reference))];
table(
  ['variant', ...references.map((reference) => `− ${code(reference)}`)],
  variants.filter((name) => found.some(({ variant }) => variant === name)).map((name) => [
    code(name),
    ...references.map((against) => gained(found.find((one) => one.variant === name && one.reference === against))),
  ]),
);

/** The group of that name with the seeds of all files. */
function together(name) {
  const parts = summaries.filter((group) => group.name === name);
  const [{ metric }] = parts;
  const own = [...new Set(parts.flatMap((part) => part.variants.map(({ variant }) => variant)))];
  return {
    ...parts[0],
    variants: own.map((variant) => {
      const all = parts.flatMap((part) =>
        part.variants.filter((one) => one.variant === variant && metric in one.final)
      );
      const values = all.flatMap(({ final }) => final[metric].values);
      const final = values.length === 0 ? {} : { [metric]: spread(values) };
      return { variant, seeds: all.flatMap(({ seeds }) => seeds), final };
    }),
  };
}

function reached({ metric, metrics, variants: all }, name) {
  const own = all.find(({ variant }) => variant === name)?.final[metric];
  return own ? metricSpread(metrics[metric], own) : '';
}

/** Points with Student's interval over the seeds, p by Holm's correction, and in how many pairs of runs it is ahead. */
function gained(one) {
  if (!one) return '';
  const p = one.difference.p.holm;
  const tested = p === undefined ? '' : `, p ${p < 0.001 ? '' : '= '}${pValue(p)}`;
  return `${difference(one.difference)}${tested}; ${one.ahead} of ${one.pairs}`;
}

function code(name) {
  return `\`${name}\``;
}

function table(heads, rows) {
  for (const cells of [heads, heads.map(() => '---'), ...rows]) {
    console.log(`| ${cells.join(' | ').replaceAll('\u00a0', ' ')} |`);
  }
  console.log();
}
