import { differenceCell, known, metricCell, nothing, pCell } from './cells.js';
import { emphasisOf } from './columns.js';
import { ratio, secondsSpread } from './format.js';
import type { OverallDifference } from './overall.js';
import type { paperTables } from './paper/numbers.js';
import { fileName } from './places.js';
import type { GroupSummary, VariantSummary } from './summary.js';
import { likeTable } from './times-table.js';
import { headText, rich, type RichCell, type Table } from './tables/table.js';

/** Columns beyond which nobody reads a table, and beyond which variants are rows where they are more than the groups. */
const [MOST_VARIANTS, MOST_COLUMNS] = [12, 10];

/**
 * The tables of a page with several groups, as the paper has them: a row a group, a column a variant. None where groups
 * are judged by different metrics or have too many variants.
 */
export function overviewTables(
  summaries: readonly GroupSummary[],
  overall: readonly OverallDifference[],
): Table[] {
  const [{ metric }] = summaries;
  const names = [...new Set(summaries.flatMap(({ variants }) => variants.map(({ variant }) => variant)))];
  const alike = metric !== undefined && summaries.every((summary) => summary.metric === metric);
  if (summaries.length < 2 || !alike || names.length > MOST_VARIANTS) return [];
  return [accuracies(summaries, names, metric), ...gainsOf(overall, metric), ...timesOf(summaries, names)].map(narrow);
}

/** The headline metric of each group and variant, and what the paper has. */
function accuracies(summaries: readonly GroupSummary[], names: readonly string[], metric: string): Table {
  const { kind } = summaries[0].metrics[metric];
  const percent = kind === 'share' ? ', %' : '';
  const inPaper = names.filter((name) => summaries.some((summary) => paperValue(summary, name, metric) !== undefined));
  const paper = tableOfAll(summaries);
  return {
    name: 'overview',
    caption: `${metric} at the last step, mean ± standard deviation over the seeds${
      paper === undefined ? '' : `; beside what Table ${paper} of the paper has, whose protocol is another (below)`
    }.`,
    first: 'Group',
    heads: names.flatMap((title) => [
      { title, unit: `here${percent}` },
      ...(inPaper.includes(title) ? [{ title, unit: `paper${percent}` }] : []),
    ]),
    rows: summaries.map((summary) => ({
      head: groupCell(summary),
      cells: names.flatMap((name) => [
        hereCell(summary, name, metric),
        ...(inPaper.includes(name) ? [paperCell(summary, name, metric)] : []),
      ]),
    })),
    notes: [
      'Bold: better than the first plain variant of the group, p < 0.05 by the paired t-test without correction, as the paper marks it; grey: a better mean, not significantly.',
    ],
  };
}

/** What variants gain over all groups together; none where no two runs can be compared. */
function gainsOf(overall: readonly OverallDifference[], metric: string): Table[] {
  if (overall.length === 0) return [];
  return [{
    name: 'overview-differences',
    caption: 'All groups together: differences in points of percent, averaged over the groups seed by seed.',
    first: `${metric}, difference`,
    heads: [
      { title: 'mean', unit: 'points [95% interval]' },
      { title: 'p', unit: 't-test' },
      { title: 'p', unit: 'Holm' },
      { title: 'ahead', unit: 'of pairs' },
      { title: 'groups' },
      { title: 'seeds' },
    ],
    rows: overall.map(({ variant, reference, difference, ahead, pairs, groups }) => ({
      head: `${variant} − ${reference}`,
      cells: [
        { ...differenceCell(difference), ...emphasisOf(difference) },
        known(difference.p.student, pCell),
        known(difference.p.holm, pCell),
        { text: `${ahead} of ${pairs}`, numbers: { ahead, pairs } },
        groups,
        difference.pairs,
      ],
    })),
    notes: [
      'Groups share seeds, and with them networks and batches: the interval takes seeds as independent, not pairs of runs. Holm’s correction is for all variants with the same reference.',
    ],
  }];
}

/** What training took, and how many times as long as with the plain loss; none where nothing has finished. */
function timesOf(summaries: readonly GroupSummary[], names: readonly string[]): Table[] {
  if (summaries.every(({ variants }) => variants.every(({ times }) => !times))) return [];
  return [{
    name: 'overview-run-time',
    caption: `Seconds of training${
      likeTable(tableOfAll(summaries))
    }, and how many times as long as its own baseline, with 95% interval; on which machine, below.`,
    first: 'Group',
    heads: names.map((title) => ({ title, unit: 's; ratio' })),
    rows: summaries.map((summary) => ({
      head: groupCell(summary),
      cells: names.map((name) => known(variantOf(summary, name), timesCell)),
    })),
  }];
}

/** The table with rows for columns, where it would be too wide and is not so then. */
function narrow(table: Table): Table {
  const { heads, rows } = table;
  if (heads.length <= MOST_COLUMNS || heads.length <= rows.length) return table;
  const names = rows.map(({ head }) => rich(head).text);
  const start = commonStart(names);
  return {
    ...table,
    caption: start === '' ? table.caption : `${table.caption} Names of groups begin with ${start}`,
    first: 'Variant',
    heads: names.map((name) => ({ title: name.slice(start.length) })),
    rows: heads.map((head, i) => ({ head: headText(head), cells: rows.map(({ cells }) => cells[i]) })),
  };
}

/** What names begin with, all of them, up to a stroke or a slash. */
export function commonStart([first, ...others]: readonly string[]): string {
  let length = 0;
  while (length < first.length && others.every((other) => other[length] === first[length])) length++;
  const shared = first.slice(0, length);
  return shared.slice(0, Math.max(shared.lastIndexOf('/'), shared.lastIndexOf('-')) + 1);
}

/** Where a group begins in the page. */
export function groupId(name: string): string {
  return `group-${fileName(name)}`;
}

function groupCell({ name }: GroupSummary): RichCell {
  return { text: name, link: `#${groupId(name)}` };
}

function variantOf({ variants }: GroupSummary, name: string): VariantSummary | undefined {
  return variants.find(({ variant }) => variant === name);
}

function hereCell(summary: GroupSummary, name: string, metric: string): RichCell {
  const { final, differences } = variantOf(summary, name) ?? {};
  if (!final?.[metric]) return nothing;
  return { ...metricCell(summary.metrics[metric], final[metric]), ...emphasisOf(differences?.[summary.references[0]]) };
}

function paperCell(summary: GroupSummary, name: string, metric: string): RichCell {
  const digits = summary.metrics[metric].kind === 'share' ? 2 : 3;
  return known(paperValue(summary, name, metric), (value) => ({ text: value.toFixed(digits), numbers: { '': value } }));
}

function paperValue({ paper }: GroupSummary, name: string, metric: string): number | undefined {
  return paper?.cells.find(({ variant }) => variant === name)?.values[metric];
}

function timesCell({ times }: VariantSummary): RichCell {
  if (!times) return nothing;
  const { training: { mean }, overhead } = times;
  const text = secondsSpread(times.training);
  return {
    text: overhead ? `${text}; ${ratio(overhead.ratio)}` : text,
    numbers: { seconds: mean, ...(overhead && { ratio: overhead.ratio.mean }) },
  };
}

/** The table of the paper that all groups belong to. */
function tableOfAll(summaries: readonly GroupSummary[]): keyof typeof paperTables | undefined {
  const found = summaries[0].paper?.table;
  return summaries.every(({ paper }) => paper?.table === found) ? found : undefined;
}
