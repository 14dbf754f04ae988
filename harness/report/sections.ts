import { largestOf, smallestOf } from '../run/extremes.js';
import { backendsOf, finalEvaluation, lastStep, type RunRecord } from '../run/run-record.js';
import { trainingSeconds } from '../run/training-seconds.js';
import { known, nothing, secondsCell, valueCell } from './cells.js';
import { differenceColumns, metricColumns, pColumns, runColumns } from './columns.js';
import { html, type Markup } from './markup.js';
import { addressOf, type Places } from './places.js';
import { describeNamed, describeNewton, describeSettings, recordOf } from './settings.js';
import type { ComparedRun, GroupSummary, RunGroup, VariantSummary } from './summary.js';
import { htmlTable } from './tables/html-table.js';
import type { RichCell, Row, Table } from './tables/table.js';

/** Mean, spread and paired difference, a row a variant. */
export function resultsTable(summary: GroupSummary, places: Places): Table {
  const [toBaseline, ...toOthers] = differenceColumns(summary);
  const differences = toBaseline ? [toBaseline, ...pColumns(summary), ...toOthers] : [];
  const columns = [...metricColumns(summary), ...differences, ...runColumns(summary)];
  return {
    name: 'results',
    caption: `At the last step${severalSeeds(summary)}.`,
    first: 'Variant',
    heads: columns,
    rows: summary.variants.map((variant, swatch) => ({
      head: { ...places.variant(variant.variant), swatch },
      cells: columns.map(({ cell }) => cell(variant)),
    })),
  };
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
  const apart: Table = {
    name: 'settings',
    caption: 'What sets the variants apart.',
    first: 'Variant',
    heads: ['Loss', 'Curvature', 'Chosen because'].map((title) => ({ title, text: true })),
    rows: records.map(({ variant, experiment: { loss, newton }, versions }) => ({
      head: variant,
      cells: [
        describeNamed({ ...loss.params, name: loss.name }),
        describeNewton(newton),
        versions.curvature?.reason ?? 'not recorded',
      ],
    })),
  };
  return html`${htmlTable(apart)}<table><caption>What they share.</caption><tbody>${
    shared.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="text">${value}</td></tr>`)
  }</tbody></table>`;
}

/** Every run by itself, and where it is. */
export function runsTable(group: RunGroup, { variants, metrics }: GroupSummary, places: Places): Table {
  const shares = Object.entries(metrics).map(([title, { kind }]) => ({
    title,
    ...(kind === 'share' && { unit: '%' }),
  }));
  return {
    name: 'runs',
    caption: 'Every run: metrics at its last step, seconds of training without evaluations, and its folder.',
    first: 'Run',
    heads: [
      ...shares,
      { title: 'explosive', unit: 'steps' },
      { title: 'largest', unit: '|g|' },
      { title: 'training', unit: 's' },
      { title: 'backend', text: true },
      { title: 'state', text: true },
      { title: 'folder', text: true },
    ],
    rows: variants.flatMap(({ variant }) => group.runs.filter((run) => run.variant === variant)).map((run) => {
      const id = places.id(run);
      return { ...(id !== undefined && { id }), ...runRow(run, metrics, places.folder(run)) };
    }),
  };
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

function runRow(
  { variant, seed, record, failure }: ComparedRun,
  metrics: GroupSummary['metrics'],
  folder: string | undefined,
): Row {
  const final = record && finalEvaluation(record);
  const training = record?.training ?? [];
  const largest = largestOf(training.map(({ gradientNorm }) => gradientNorm));
  return {
    head: `${variant}, seed ${seed}`,
    cells: [
      ...Object.entries(metrics).map(([name, info]) => known(final?.metrics[name], (value) => valueCell(info, value))),
      training.reduce((sum, { explosions }) => sum + explosions, 0),
      training.length > 0 ? { text: largest.toPrecision(3), numbers: { '': largest } } : nothing,
      known(trainingSeconds(training).at(-1), secondsCell),
      (record && backendsOf(record.versions).join(', then ')) || nothing,
      stateOf(record, failure),
      folderCell(folder),
    ],
  };
}

function folderCell(folder: string | undefined): RichCell {
  return folder === undefined ? nothing : { text: folder, link: addressOf(folder) };
}

function stateOf(record: RunRecord | undefined, failure: string | undefined): string {
  if (failure !== undefined) return 'failed';
  if (!record) return 'not started';
  if (finalEvaluation(record)) return 'finished';
  return `at step ${lastStep(record)} of ${record.experiment.steps}`;
}

function severalSeeds({ variants }: GroupSummary): string {
  const counts = variants.map(({ seeds }: VariantSummary) => seeds.length);
  const [fewest, most] = [smallestOf(counts), largestOf(counts)];
  if (most < 2) return '';
  return `; mean ± standard deviation over ${
    fewest === most ? most : `${fewest} to ${most}`
  } seeds, differences in points of percent`;
}
