import { largestOf, smallestOf } from '../run/extremes.js';
import type { MetricInfo } from '../tasks/index.js';
import { type Column, differenceColumns, metricColumns, pColumns, runColumns } from './columns.js';
import { metricValue } from './format.js';
import { type Content, html, Markup } from './markup.js';
import { swatch } from './chart/draw.js';
import { backendsOf, finalEvaluation, lastStep, type RunRecord } from '../run/run-record.js';
import { describeNamed, describeNewton, describeSettings, recordOf } from './settings.js';
import type { ComparedRun, GroupSummary, RunGroup, VariantSummary } from './summary.js';
import { type Row, table } from './table.js';

const GREY = new Markup(' class="grey"');

/** Mean, spread and paired difference, a row a variant. */
export function resultsTable(summary: GroupSummary): Markup {
  const [toBaseline, ...toOthers] = differenceColumns(summary);
  const differences = toBaseline ? [toBaseline, ...pColumns(summary), ...toOthers] : [];
  const columns = [...metricColumns(summary), ...differences, ...runColumns(summary)];
  const rows = summary.variants.map((variant, i) => ({
    head: html`${swatch(i)}${variant.variant}`,
    cells: columns.map((column) => cellOf(column, variant)),
  }));
  return table('Variant', columns, rows, `At the last step${severalSeeds(summary)}.`);
}

function cellOf({ cell, improvement }: Column, variant: VariantSummary): Content {
  const better = improvement?.(variant);
  return better === undefined ? cell(variant) : html`<b${better === 'improved' ? GREY : ''}>${cell(variant)}</b>`;
}

/** What was trained: what sets the variants apart, then what they share. */
export function settingsTables(group: RunGroup, summary: GroupSummary): Markup {
  const records = summary.variants.flatMap(({ variant }) => {
    const record = recordOf(group, variant);
    return record ? [{ variant, ...record }] : [];
  });
  if (records.length === 0) return html`<p>No run has started.</p>`;
  const { experiment, versions, data = 'not recorded' } = records[0];
  const shared: [string, string][] = [
    ['Task', describeNamed(experiment.task)],
    ['Data', data],
    ['Model', describeNamed(experiment.model)],
    ['Optimizer', describeSettings({ ...experiment.optimizer })],
    ['Training', `${experiment.steps} steps of ${experiment.batchSize} samples`],
    ['Loss after', versions.loss?.source ?? 'not recorded'],
  ];
  const heads = ['Loss', 'Curvature', 'Chosen because'].map((title) => ({ title, text: true }));
  const rows = records.map(({ variant, experiment: { loss, newton }, versions }) => ({
    head: variant,
    cells: [
      describeNamed({ ...loss.params, name: loss.name }),
      describeNewton(newton),
      versions.curvature?.reason ?? 'not recorded',
    ],
  }));
  return html`${table('Variant', heads, rows)}<table><tbody>${
    shared.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="text">${value}</td></tr>`)
  }</tbody></table>`;
}

/** Every run by itself. */
export function runsTable(group: RunGroup, summary: GroupSummary): Markup {
  const metrics = Object.entries(summary.metrics);
  const heads = [
    ...metrics.map(([name, info]) => ({ title: `${name}${info.kind === 'share' ? ' (%)' : ''}` })),
    { title: 'explosive steps' },
    { title: 'largest |g|' },
    { title: 'backend', text: true },
    { title: 'state', text: true },
  ];
  return table('Run', heads, group.runs.map((run) => runRow(run, metrics)));
}

export function failures(group: RunGroup): Markup {
  const failed = group.runs.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0) return html``;
  const items = failed.map(({ variant, seed, failure }) =>
    html`<li><strong>${variant}, seed ${seed}</strong>: ${failure!}</li>`
  );
  return html`<div class="finding failure"><strong>${failed.length} of ${group.runs.length} runs failed</strong> and are left out of the table.
    <ul>${items}</ul></div>`;
}

function runRow({ variant, seed, record, failure }: ComparedRun, metrics: readonly [string, MetricInfo][]): Row {
  const final = record && finalEvaluation(record);
  const training = record?.training ?? [];
  const cells = metrics.map(([name, info]) => {
    const value = final?.metrics[name];
    return value === undefined ? '–' : metricValue(info, value);
  });
  const largest = largestOf(training.map(({ gradientNorm }) => gradientNorm));
  return {
    head: `${variant}, seed ${seed}`,
    cells: [
      ...cells,
      training.reduce((sum, { explosions }) => sum + explosions, 0),
      training.length > 0 ? largest.toPrecision(3) : '–',
      (record && backendsOf(record.versions).join(', then ')) || '–',
      stateOf(record, failure),
    ],
  };
}

function stateOf(record: RunRecord | undefined, failure: string | undefined): string {
  if (failure !== undefined) return 'failed';
  if (!record) return 'not started';
  if (finalEvaluation(record)) return 'finished';
  return `at step ${lastStep(record)} of ${record.experiment.steps}`;
}

function severalSeeds({ variants }: GroupSummary): string {
  const counts = variants.map(({ seeds }) => seeds.length);
  const [fewest, most] = [smallestOf(counts), largestOf(counts)];
  if (most < 2) return '';
  return `; mean ± standard deviation over ${
    fewest === most ? most : `${fewest} to ${most}`
  } seeds, differences in points of percent`;
}
