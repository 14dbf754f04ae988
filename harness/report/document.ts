import { backendText } from '../cli/describe.js';
import { curvatureTable } from './curvature.js';
import { figures } from './figures.js';
import { html, type Markup } from './markup.js';
import { differencesTable } from './differences.js';
import { backendsNote, findings, improvementsNote, introduction, intervalsNote, notes } from './notes.js';
import { paperSection } from './paper/section.js';
import type { RecordedVersions } from '../run/run-record.js';
import { failures, resultsTable, runsTable, settingsTables } from './sections.js';
import { shellText } from '../terminal/output.js';
import type { ReportSource } from './source.js';
import { type RunGroup, summarise } from './summary.js';

/** The body of the report of one folder, or of several. */
export function document(title: string, sources: readonly ReportSource[], groups: readonly RunGroup[]): Markup {
  const jobs = sources.length === 1 ? sources[0].jobs : undefined;
  return html`<header><h1>${title}</h1><p class="soft">newton-losses ${firstVersions(groups)['newton-losses'] ?? ''}: ${
    extent(groups)
  }</p></header>
<main>${groups.map((group) => groupSection(group, groups.length > 1, jobs))}
<h2>Reproduce</h2>
${sources.map(commands)}
${versions(groups)}</main>`;
}

function groupSection(group: RunGroup, several: boolean, jobs: number | undefined): Markup {
  const summary = summarise(group);
  const heading = (title: string): Markup => (several ? html`<h3>${title}</h3>` : html`<h2>${title}</h2>`);
  const found = findings(summary);
  const remarks = [improvementsNote(summary, 'bold'), intervalsNote(summary), backendsNote(summary)];
  for (const note of remarks) if (note !== undefined) found.push(html`${note}`);
  const curvature = curvatureTable(group, summary);
  const differences = differencesTable(summary);
  const paper = paperSection(summary);
  return html`<section>${several ? html`<h2>${group.name}</h2>` : html``}${failures(group)}
${introduction(group, summary)}
${found.length > 0 ? html`<div class="finding">${found.map((sentence) => html`<p>${sentence}</p>`)}</div>` : html``}
${resultsTable(summary)}
${figures(group, summary, heading)}
${paper ? html`${heading('Beside the paper')}${paper}` : html``}
${differences ? html`${heading('Differences')}${differences}` : html``}
${curvature ? html`${heading('Curvature')}${curvature}` : html``}
${heading('How to read this')}<ul>${notes(group, summary, jobs).map((note) => html`<li>${note}</li>`)}</ul>
${heading('Settings')}${settingsTables(group, summary)}
${heading('Runs')}${runsTable(group, summary)}</section>`;
}

function extent(groups: readonly RunGroup[]): string {
  const runs = groups.flatMap((group) => group.runs);
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  if (runs.length === 1) return 'one run';
  return `${runs.length} runs on ${seeds.length === 1 ? 'seed' : 'the paired seeds'} ${seeds.join(', ')}`;
}

function commands({ command, folder }: ReportSource): Markup {
  const report = shellText(['newton-losses', 'report', folder]);
  return html`<pre>${command}\n</pre><p class="soft">This report was written from <code>${folder}</code>; <code>${report}</code> writes it again.</p>`;
}

function versions(groups: readonly RunGroup[]): Markup {
  const { node, platform, tfjs, backend } = firstVersions(groups);
  if (!backend) return html``;
  return html`<p class="soft">Node ${node ?? ''} on ${platform ?? ''}, tfjs ${tfjs ?? ''}, backend ${
    backendText(backend)
  } a run.</p>`;
}

function firstVersions(groups: readonly RunGroup[]): RecordedVersions {
  return groups.flatMap(({ runs }) => runs).find(({ record }) => record)?.record?.versions ?? {};
}
