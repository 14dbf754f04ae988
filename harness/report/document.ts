import { curvatureTable } from './curvature.js';
import { gradientNorms } from './gradient-norms.js';
import { learningCurves } from './learning-curves.js';
import { html, Markup } from './markup.js';
import { findings, notes } from './notes.js';
import type { RecordedVersions } from '../run/run-record.js';
import { failures, resultsTable, runsTable, settingsTables } from './sections.js';
import { shellText } from '../terminal/output.js';
import type { ReportSource } from './source.js';
import { type GroupSummary, type RunGroup, summarise } from './summary.js';
import { drawingImage, renderSvg } from './svg.js';

/** The body of the report. */
export async function document(source: ReportSource): Promise<Markup> {
  const sections: Markup[] = [];
  for (const group of source.groups) sections.push(await groupSection(source, group));
  return html`<header><h1>${source.title}</h1><p class="soft">newton-losses ${versionOf(source)}: ${
    extent(source)
  }</p></header>
<main>${sections}
<h2>Reproduce</h2>
${commands(source)}
${versions(source)}</main>`;
}

async function groupSection(source: ReportSource, group: RunGroup): Promise<Markup> {
  const summary = summarise(group);
  const several = source.groups.length > 1;
  const heading = (title: string): Markup => (several ? html`<h3>${title}</h3>` : html`<h2>${title}</h2>`);
  const found = findings(summary);
  const drawn = await figures(group, summary);
  const curvature = curvatureTable(group, summary);
  return html`<section>${several ? html`<h2>${group.name}</h2>` : html``}${failures(group)}
${found.length > 0 ? html`<div class="finding">${found.map((sentence) => html`<p>${sentence}</p>`)}</div>` : html``}
${resultsTable(summary)}
${
    drawn.map(({ title, picture, caption }) =>
      html`${heading(title)}<figure>${picture}<figcaption>${caption}</figcaption></figure>`
    )
  }
${curvature ? html`${heading('Curvature')}${curvature}` : html``}
${heading('How to read this')}<ul>${notes(group, summary, source.jobs).map((note) => html`<li>${note}</li>`)}</ul>
${heading('Settings')}${settingsTables(group, summary)}
${heading('Runs')}${runsTable(group, summary)}</section>`;
}

interface Figure {
  readonly title: string;
  readonly picture: Markup;
  readonly caption: string;
}

async function figures(group: RunGroup, { metric, variants }: GroupSummary): Promise<Figure[]> {
  const names = variants.map(({ variant }) => variant);
  const drawn: Figure[] = [];
  if (metric !== undefined) {
    const lines = group.runs.length > 1 ? ': thin lines are runs, thick lines with symbols means over the seeds' : '';
    const caption = `${metric} on the test sets during training${lines}.`;
    const picture = new Markup(await renderSvg(learningCurves(group, metric, names)));
    drawn.push({ title: 'Learning curves', picture, caption });
  }
  const norms = gradientNorms(group, names);
  if (norms) {
    const caption =
      'Largest per-sample gradient norm |g| in each logging interval, a line a run, on one logarithmic scale; triangles mark intervals with explosive steps.';
    drawn.push({ title: 'Gradient norms', picture: new Markup(await renderSvg(norms)), caption });
  }
  return [...drawn, ...names.flatMap((name) => predictions(group, name))];
}

/** Of the variant's first run that has drawn any. */
function predictions(group: RunGroup, name: string): Figure[] {
  const run = group.runs.find(({ variant, record }) => variant === name && record?.drawing !== undefined);
  if (!run) return [];
  const caption = `The first test samples, after the last step of seed ${run.seed}.`;
  return [{ title: `Predictions of ${name}`, picture: drawingImage(run.record!.drawing!, caption), caption }];
}

function extent({ groups }: ReportSource): string {
  const runs = groups.flatMap((group) => group.runs);
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  if (runs.length === 1) return 'one run';
  return `${runs.length} runs on ${seeds.length === 1 ? 'seed' : 'the paired seeds'} ${seeds.join(', ')}`;
}

function versionOf({ groups }: ReportSource): string {
  return firstVersions(groups)['newton-losses'] ?? '';
}

function commands({ command, folder }: ReportSource): Markup {
  const report = shellText(['newton-losses', 'report', folder]);
  return html`<pre>${command}\n</pre><p class="soft">This report was written from <code>${folder}</code>; <code>${report}</code> writes it again.</p>`;
}

function versions({ groups }: ReportSource): Markup {
  const { node, platform, tfjs, backend } = firstVersions(groups);
  if (!backend) return html``;
  const threads = `${backend.threads} thread${backend.threads === 1 ? '' : 's'} a run`;
  return html`<p class="soft">Node ${node ?? ''} on ${platform ?? ''}, tfjs ${tfjs ?? ''}, backend ${backend.name}${
    backend.simd ? ' with SIMD' : ''
  }, ${threads}.</p>`;
}

function firstVersions(groups: readonly RunGroup[]): RecordedVersions {
  return groups.flatMap(({ runs }) => runs).find(({ record }) => record)?.record?.versions ?? {};
}
