import { differenceColumns, metricColumns, runColumns } from './columns.js';
import { percent } from './format.js';
import { html, type Markup } from './markup.js';
import { palette } from './palette.js';
import { finalEvaluation, lastStep, type RunRecord } from './run-record.js';
import { describeNamed, describeNewton, describeSettings, experimentOf } from './settings.js';
import { type ComparedRun, type GroupSummary, type RunGroup } from './summary.js';

/** Mean, spread and paired difference, a row a variant. */
export function resultsTable(summary: GroupSummary): Markup {
  const columns = [...metricColumns(summary), ...runColumns(summary), ...differenceColumns(summary)];
  const names = summary.variants.map(({ variant }) => variant);
  const { colours } = palette(names);
  const rows = summary.variants.map(
    (variant, i) => html`<tr><th scope="row"><span class="swatch" style="background:${colours[i]!}"></span>${variant.variant}</th>
      ${columns.map(({ cell }) => html`<td>${cell(variant)}</td>`)}</tr>`,
  );
  return html`<div class="scroll"><table class="wide">
    <caption>At the last step; mean ± standard deviation over ${seedCount(summary)}, differences in points of percent.</caption>
    <thead><tr><th scope="col">Variant</th>${columns.map(({ title, unit }) => html`<th scope="col">${title}<br><small>${unit}</small></th>`)}</tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

/** What was trained: the settings that all variants share, then what sets them apart. */
export function settingsTables(group: RunGroup, summary: GroupSummary): Markup {
  const experiments = summary.variants.flatMap(({ variant }) => {
    const experiment = experimentOf(group, variant);
    return experiment ? [{ variant, experiment }] : [];
  });
  const first = experiments[0]?.experiment;
  if (!first) return html`<p>No run has started.</p>`;
  const shared: [string, string][] = [
    ['Task', describeNamed(first.task)],
    ['Model', describeNamed(first.model)],
    ['Optimizer', describeSettings(first.optimizer)],
    ['Training', `${first.steps} steps of ${first.batchSize} samples`],
  ];
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">Variant</th><th scope="col" class="text">Loss</th><th scope="col" class="text">Curvature</th></tr></thead>
    <tbody>${experiments.map(
      ({ variant, experiment }) => html`<tr><th scope="row">${variant}</th>
        <td class="text">${describeNamed({ name: experiment.loss.name, ...experiment.loss.params })}</td>
        <td class="text">${describeNewton(experiment.newton)}</td></tr>`,
    )}</tbody></table></div>
    <div class="scroll"><table><tbody>${shared.map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td class="text">${value}</td></tr>`,
    )}</tbody></table></div>`;
}

/** Every run by itself. */
export function runsTable(group: RunGroup, summary: GroupSummary): Markup {
  const metrics = [...new Set(summary.variants.flatMap(({ final }) => Object.keys(final)))];
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">Run</th>${metrics.map((name) => html`<th scope="col">${name} (%)</th>`)}<th scope="col">explosive steps</th>
      <th scope="col">largest |g|</th><th scope="col" class="text">state</th></tr></thead>
    <tbody>${group.runs.map((run) => runRow(run, metrics))}</tbody></table></div>`;
}

export function failures(group: RunGroup): Markup {
  const failed = group.runs.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0) return html``;
  const items = failed.map(({ variant, seed, failure }) => html`<li><strong>${variant}, seed ${seed}</strong>: ${failure!}</li>`);
  return html`<div class="finding failure"><strong>${failed.length} of ${group.runs.length} runs failed</strong> and are left out of the table.
    <ul>${items}</ul></div>`;
}

function runRow({ variant, seed, record, failure }: ComparedRun, metrics: readonly string[]): Markup {
  const final = record && finalEvaluation(record);
  const training = record?.training ?? [];
  const cells = metrics.map((name) => (final ? percent(final.metrics[name]!) : '–'));
  const largest = Math.max(...training.map(({ gradientNorm }) => gradientNorm));
  return html`<tr><th scope="row">${variant}, seed ${seed}</th>${cells.map((cell) => html`<td>${cell}</td>`)}
    <td>${training.reduce((sum, { explosions }) => sum + explosions, 0)}</td>
    <td>${training.length > 0 ? largest.toPrecision(3) : '–'}</td><td class="text">${stateOf(record, failure)}</td></tr>`;
}

function stateOf(record: RunRecord | undefined, failure: string | undefined): string {
  if (failure !== undefined) return 'failed';
  if (!record) return 'not started';
  if (finalEvaluation(record)) return 'finished';
  return `at step ${lastStep(record)} of ${record.experiment.steps}`;
}

function seedCount({ variants }: GroupSummary): string {
  const counts = [...new Set(variants.map(({ seeds }) => seeds.length))].sort((a, b) => a - b);
  return counts.length === 1 && counts[0] === 1 ? 'one seed' : `${counts.join(' to ')} seeds`;
}
