import { valueText } from '../../experiments/setting-text.js';
import { mean } from '../../statistics/index.js';
import { known, metricCell } from '../cells.js';
import { html, type Markup } from '../markup.js';
import type { GroupSummary, VariantSummary } from '../summary.js';
import { htmlTable } from '../tables/html-table.js';
import type { Cell, RichCell, Table } from '../tables/table.js';
import type { BesidePaper, PaperCell } from './beside.js';
import type { Places } from '../places.js';
import { paperTables } from './numbers.js';

const PAPER = 'Petersen et al., Newton Losses, NeurIPS 2024';

/** How the protocol of the paper differs; nothing where the paper has no figures of the group. */
export function protocolSection({ paper }: GroupSummary): Markup | undefined {
  if (!paper) return undefined;
  const presets = [...new Set(paper.cells.map(({ preset }) => preset))];
  return html`<p>Table ${paper.table} of ${PAPER}, as printed there; its protocol is that of ${presets.join(', ')}. ${
    paperTables[paper.table].remarks
  }</p>
${protocolTable(paper)}`;
}

/** One line for the terminal; undefined where the paper has none. */
export function paperNote({ paper }: GroupSummary): string | undefined {
  if (!paper) return undefined;
  const [metric] = metricsOf(paper);
  const share = isShare(paper);
  const figures = paper.cells.map(({ variant, values }) => `${variant} ${printed(share, values[metric])}`);
  const apart = paper.protocol.map(({ setting }) => setting);
  const protocol = apart.length === 0
    ? 'no setting of its protocol differs'
    : `its protocol differs in ${apart.join(', ')}`;
  return `The paper, Table ${paper.table}, ${metric}: ${figures.join(', ')}; ${protocol}.`;
}

/** Figures of a group beside those of the paper; nothing where the paper has none. */
export function paperTable(summary: GroupSummary, places: Places): Table | undefined {
  const { paper } = summary;
  if (!paper) return undefined;
  const [metric, ...others] = metricsOf(paper);
  const [here, there] = isShare(paper) ? ['here, %', 'paper, %'] : ['here', 'paper'];
  const title = [metric, ...others.map((other) => `(${other})`)].join(' ');
  const difference = `${metric} − plain`;
  const heads = [
    { title, unit: here },
    { title, unit: there },
    { title: difference, unit: here.replace('%', 'points') },
    { title: difference, unit: there.replace('%', 'points') },
  ];
  return {
    name: 'beside-paper',
    caption: `Here, and in Table ${paper.table} of ${PAPER}.`,
    first: 'Variant',
    heads,
    rows: paper.cells.map((cell) => ({ head: places.variant(cell.variant), cells: rowOf(cell, paper, summary) })),
  };
}

function rowOf(cell: PaperCell, paper: BesidePaper, summary: GroupSummary): Cell[] {
  const metrics = metricsOf(paper);
  const [metric] = metrics;
  const share = isShare(paper);
  const variant = summary.variants.find((one) => one.variant === cell.variant)!;
  const plain = paper.cells.find(({ curvature, preset }) => curvature === 'none' && preset === cell.preset);
  const reference = summary.variants.find((one) => one.variant === plain?.variant);
  const apart = cell === plain || !reference ? undefined : differenceOf(variant, reference, metric);
  const printedApart = cell.curvature === 'none' ? undefined : cell.values[metric] - cell.baseline[metric];
  const kind = share ? 'share' : 'number';
  return [
    severalCell(metrics, (name) => known(variant.final[name], (spread) => metricCell({ kind }, spread))),
    severalCell(
      metrics,
      (name) => known(cell.values[name], (value) => ({ text: printed(share, value), numbers: { '': value } })),
    ),
    known(apart, (value) => signedCell(share ? 100 * value : value, share ? 1 : 3)),
    known(printedApart, (value) => signedCell(value, share ? 2 : 3)),
  ];
}

/** "71.33 (87.10)": of the first, and of others that there are. */
function severalCell(names: readonly string[], cellOf: (name: string) => RichCell): RichCell {
  const [first, ...others] = names.map(cellOf);
  const found = names.flatMap((name, k) => {
    const [number] = Object.values([first, ...others][k].numbers ?? {});
    return number === undefined ? [] : [[name, number] as const];
  });
  const rest = others.filter(({ numbers }) => numbers).map(({ text }) => `(${text})`);
  return { text: [first.text, ...rest].join(' '), ...(found.length > 0 && { numbers: Object.fromEntries(found) }) };
}

/** Mean over the seeds that both have. */
function differenceOf(variant: VariantSummary, plain: VariantSummary, metric: string): number | undefined {
  const [values, baseline] = [variant.final[metric], plain.final[metric]];
  if (!values || !baseline) return undefined;
  const differences = variant.seeds.flatMap((seed, i) => {
    const k = plain.seeds.indexOf(seed);
    return k < 0 ? [] : [values.values[i] - baseline.values[k]];
  });
  return differences.length === 0 ? undefined : mean(differences);
}

function protocolTable({ protocol }: BesidePaper): Markup {
  if (protocol.length === 0) return html`<p>No setting differs from it.</p>`;
  return htmlTable({
    name: 'protocol',
    caption: 'Where the protocol differs.',
    first: 'Setting',
    heads: [{ title: 'here', text: true }, { title: 'paper', text: true }],
    rows: protocol.map(({ setting, here, paper }) => ({ head: setting, cells: [valueText(here), valueText(paper)] })),
  });
}

/** What the paper measures, what it orders by first. */
function metricsOf({ cells }: BesidePaper): string[] {
  return [...new Set(cells.flatMap(({ values }) => Object.keys(values)))];
}

function isShare({ table }: BesidePaper): boolean {
  return paperTables[table].kind === 'share';
}

function printed(share: boolean, value: number): string {
  return value.toFixed(share ? 2 : 3);
}

function signedCell(value: number, digits: number): RichCell {
  return { text: withSign(value, digits), numbers: { '': value } };
}

function withSign(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}
