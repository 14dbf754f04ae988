import { backendText } from '../cli/describe.js';
import { figures } from './figures.js';
import type { Contents, Summarised } from './contents.js';
import { html, type Markup } from './markup.js';
import { backendsNote, findings, improvementsNote, introduction, intervalsNote, notes, splitNote } from './notes.js';
import { groupId } from './overview.js';
import { protocolSection } from './paper/section.js';
import type { RecordedVersions } from '../run/run-record.js';
import { failures, settingsTables } from './sections.js';
import { ownCommand } from '../terminal/output.js';
import type { ReportSource } from './source.js';
import type { RunGroup } from './summary.js';
import { htmlTable } from './tables/html-table.js';
import type { Table } from './tables/table.js';

/** The body of the page. */
export function document({ title, sources, groups, overview, jobs }: Contents): Markup {
  const all = groups.map(({ group }) => group);
  return html`<header><h1>${title}</h1><p class="soft">newton-losses ${firstVersions(all)['newton-losses'] ?? ''}: ${
    extent(all)
  }</p></header>
<main>${overview.length === 0 ? html`` : html`<section><h2>Overview</h2>${overview.map(htmlTable)}</section>`}
${groups.map((group) => groupSection(group, groups.length > 1, jobs))}
<h2>Reproduce</h2>
${sources.map(commands)}
${versions(all)}</main>`;
}

function groupSection({ group, summary, tables }: Summarised, several: boolean, jobs: number | undefined): Markup {
  const heading = (title: string): Markup => (several ? html`<h3>${title}</h3>` : html`<h2>${title}</h2>`);
  const section = (title: string, table: Table | undefined, more: Markup | string = ''): Markup =>
    table ? html`${heading(title)}${htmlTable(table)}${more}` : html``;
  const found = findings(summary);
  const remarks = [
    improvementsNote(summary, 'bold'),
    intervalsNote(summary),
    splitNote(summary),
    backendsNote(summary),
  ];
  for (const note of remarks) if (note !== undefined) found.push(html`${note}`);
  return html`<section>${several ? html`<h2 id="${groupId(group.name)}">${group.name}</h2>` : html``}${failures(group)}
${introduction(group, summary)}
${found.length > 0 ? html`<div class="finding">${found.map((sentence) => html`<p>${sentence}</p>`)}</div>` : html``}
${htmlTable(tables.results)}
${figures(group, summary, heading)}
${section('Beside the paper', tables.paper, protocolSection(summary))}
${section('Run time', tables.times)}
${section('Differences', tables.differences)}
${section('Curvature', tables.curvature)}
${heading('How to read this')}<ul>${notes(group, summary, jobs).map((note) => html`<li>${note}</li>`)}</ul>
${heading('Settings')}${settingsTables(group, summary)}
${section('Runs', tables.runs)}</section>`;
}

function extent(groups: readonly RunGroup[]): string {
  const runs = groups.flatMap((group) => group.runs);
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  if (runs.length === 1) return 'one run';
  return `${runs.length} runs on ${seeds.length === 1 ? 'seed' : 'the paired seeds'} ${seeds.join(', ')}`;
}

function commands({ command, folder }: ReportSource): Markup {
  const report = ownCommand(['report', folder]);
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
