import { largestOf, smallestOf } from '../run/extremes.js';
import type { MetricInfo } from '../tasks/index.js';
import { differenceColumns, metricColumns, runColumns } from './columns.js';
import { metricValue } from './format.js';
import { html, type Markup } from './markup.js';
import { palette } from './figure-parts.js';
import { finalEvaluation, lastStep, type RunRecord } from '../run/run-record.js';
import { describeNamed, describeNewton, describeSettings, recordOf } from './settings.js';
import type { ComparedRun, GroupSummary, RunGroup } from './summary.js';

/** Mean, spread and paired difference, a row a variant. */
export function resultsTable(summary: GroupSummary): Markup {
  const columns = [...metricColumns(summary), ...differenceColumns(summary), ...runColumns(summary)];
  const names = summary.variants.map(({ variant }) => variant);
  const { colours } = palette(names);
  const rows = summary.variants.map(
    (variant, i) =>
      html`<tr><th scope="row"><span class="swatch" style="background:${colours[i]}"></span>${variant.variant}</th>
      ${columns.map(({ cell }) => html`<td>${cell(variant)}</td>`)}</tr>`,
  );
  return html`<div class="scroll"><table class="wide">
    <caption>At the last step${severalSeeds(summary)}.</caption>
    <thead><tr><th scope="col">Variant</th>${
    columns.map(({ title, unit }) => html`<th scope="col">${title}<br><small>${unit}</small></th>`)
  }</tr></thead>
    <tbody>${rows}</tbody></table></div>`;
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
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">Variant</th>${textHeads('Loss', 'Curvature', 'Chosen because')}</tr></thead>
    <tbody>${
    records.map(
      (record) =>
        html`<tr><th scope="row">${record.variant}</th>
        <td class="text">${describeNamed({ ...record.experiment.loss.params, name: record.experiment.loss.name })}</td>
        <td class="text">${describeNewton(record.experiment.newton)}</td>
        <td class="text">${record.versions.curvature?.reason ?? 'not recorded'}</td></tr>`,
    )
  }</tbody></table></div>
    <div class="scroll"><table><tbody>${
    shared.map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td class="text">${value}</td></tr>`,
    )
  }</tbody></table></div>`;
}

function textHeads(...titles: readonly string[]): Markup[] {
  return titles.map((title) => html`<th scope="col" class="text">${title}</th>`);
}

/** Every run by itself. */
export function runsTable(group: RunGroup, summary: GroupSummary): Markup {
  const metrics = Object.entries(summary.metrics);
  const heads = metrics.map(([name, info]) => html`<th scope="col">${name}${info.kind === 'share' ? ' (%)' : ''}</th>`);
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">Run</th>${heads}<th scope="col">explosive steps</th>
      <th scope="col">largest |g|</th><th scope="col" class="text">state</th></tr></thead>
    <tbody>${group.runs.map((run) => runRow(run, metrics))}</tbody></table></div>`;
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

function runRow({ variant, seed, record, failure }: ComparedRun, metrics: readonly [string, MetricInfo][]): Markup {
  const final = record && finalEvaluation(record);
  const training = record?.training ?? [];
  const cells = metrics.map(([name, info]) => {
    const value = final?.metrics[name];
    return value === undefined ? '–' : metricValue(info, value);
  });
  const largest = largestOf(training.map(({ gradientNorm }) => gradientNorm));
  return html`<tr><th scope="row">${variant}, seed ${seed}</th>${cells.map((cell) => html`<td>${cell}</td>`)}
    <td>${training.reduce((sum, { explosions }) => sum + explosions, 0)}</td>
    <td>${training.length > 0 ? largest.toPrecision(3) : '–'}</td><td class="text">${
    stateOf(record, failure)
  }</td></tr>`;
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
