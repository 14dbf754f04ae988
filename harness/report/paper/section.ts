import { valueText } from '../../experiments/setting-text.js';
import { mean } from '../../statistics/index.js';
import { NOTHING } from '../columns.js';
import { metricSpread } from '../format.js';
import { html, type Markup } from '../markup.js';
import type { GroupSummary, VariantSummary } from '../summary.js';
import { type Row, table } from '../table.js';
import type { BesidePaper, PaperCell } from './beside.js';
import { networkHessianTimes, paperTables } from './numbers.js';

const PAPER = 'Petersen et al., Newton Losses, NeurIPS 2024';

/** Figures of a group beside those of the paper, and how the protocols differ; nothing where the paper has none. */
export function paperSection(summary: GroupSummary): Markup | undefined {
  const { paper } = summary;
  if (!paper) return undefined;
  const presets = [...new Set(paper.cells.map(({ preset }) => preset))];
  return html`${figuresTable(summary, paper)}
<p>Table ${paper.table} of ${PAPER}, as printed there; its protocol is that of ${presets.join(', ')}. ${
    paperTables[paper.table].remarks
  }${timesNote(summary, paper) ?? ''}</p>
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

function figuresTable(summary: GroupSummary, paper: BesidePaper): Markup {
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
  return table('Variant', heads, paper.cells.map((cell) => rowOf(cell, paper, summary)));
}

function rowOf(cell: PaperCell, paper: BesidePaper, summary: GroupSummary): Row {
  const [metric, ...others] = metricsOf(paper);
  const share = isShare(paper);
  const variant = summary.variants.find((one) => one.variant === cell.variant)!;
  const known = Object.keys(variant.final);
  const here = [metric, ...others].filter((name) => known.includes(name))
    .map((name) => metricSpread({ kind: share ? 'share' : 'number' }, variant.final[name]));
  const plain = paper.cells.find(({ curvature, preset }) => curvature === 'none' && preset === cell.preset);
  const reference = summary.variants.find((one) => one.variant === plain?.variant);
  const apart = cell === plain || !reference ? undefined : differenceOf(variant, reference, metric);
  const printedApart = cell.curvature === 'none' ? undefined : cell.values[metric] - cell.baseline[metric];
  return {
    head: cell.variant,
    cells: [
      withFirst(here),
      withFirst(metricsOf(paper).flatMap((name) => (name in cell.values ? [printed(share, cell.values[name])] : []))),
      apart === undefined ? NOTHING : withSign(share ? 100 * apart : apart, share ? 1 : 3),
      printedApart === undefined ? NOTHING : withSign(printedApart, share ? 2 : 3),
    ],
  };
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
  const heads = [{ title: 'here', text: true }, { title: 'paper', text: true }];
  const rows = protocol.map(({ setting, here, paper }) => ({
    head: setting,
    cells: [valueText(here), valueText(paper)],
  }));
  return table('Where the protocol differs', heads, rows);
}

/** How much longer a step with the Hessian of a sorting network takes, where there is one. */
function timesNote({ variants }: GroupSummary, { cells }: BesidePaper): string | undefined {
  const hessian = cells.find(({ curvature, preset }) => curvature === 'hessian' && preset.includes('/paper-dsn-'));
  const plain = cells.find(({ curvature, preset }) => curvature === 'none' && preset === hessian?.preset);
  const timeOf = (cell: PaperCell | undefined): number | undefined =>
    variants.find(({ variant }) => variant === cell?.variant)?.msPerStep?.mean;
  const [long, short] = [timeOf(hessian), timeOf(plain)];
  if (long === undefined || short === undefined) return undefined;
  const [least, most] = networkHessianTimes.map((times) => times.toFixed(1));
  return ` A step with the Hessian takes ${
    (long / short).toFixed(1)
  } times as long as one without here; the paper’s runs, ${least} to ${most} times (Table 6).`;
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

/** "71.33 (87.10)". */
function withFirst([first = NOTHING, ...others]: readonly string[]): string {
  return [first, ...others.map((other) => `(${other})`)].join(' ');
}

function withSign(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}
