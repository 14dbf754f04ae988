import { type Spec } from 'vega';
import { mean } from '../stats.js';
import { type RunGroup } from './summary.js';
import { palette } from './palette.js';

const WIDTH = 800;
const PANEL = 110; // height of one variant's gradient norms
type Mark = NonNullable<Spec['marks']>[number];
const FONT = 'system-ui, sans-serif';
const INK = 'currentColor'; // the text colour of the page that the figure is part of, light or dark

/** Learning curves of a metric in percent: a thin line a run, and the mean of a variant over the runs that have not failed. */
export function learningCurves(group: RunGroup, metric: string, variants: readonly string[]): Spec {
  const seeds = group.runs.flatMap(({ variant, seed, record, failure }) =>
    (record?.evaluations ?? []).map(({ step, metrics }) => ({
      variant, run: `${variant}/${seed}`, step, value: 100 * metrics[metric]!, failed: failure !== undefined,
    })),
  );
  return {
    ...frame(`${metric} on the test sets against training steps, a line a run and a thick line for the mean of each variant`),
    height: 320,
    data: [
      { name: 'seeds', values: seeds },
      { name: 'means', values: meanByStep(seeds.filter(({ failed }) => !failed)) },
    ],
    scales: [
      ...stepAndVariant('seeds', variants),
      { name: 'y', type: 'linear', domain: { data: 'seeds', field: 'value' }, range: 'height', zero: true, nice: true },
    ],
    axes: [
      { orient: 'left', scale: 'y', title: `${metric}, test (%)`, grid: true, tickCount: 6 },
      { orient: 'bottom', scale: 'x', title: 'Training step', format: ',d', tickCount: 8 },
    ],
    legends: [{ stroke: 'colour', shape: 'shape', orient: 'top', direction: 'horizontal', symbolFillColor: 'transparent', columnPadding: 24 }],
    marks: [
      lines('seeds', 'run', { opacity: 0.45, strokeWidth: 1 }),
      lines('means', 'variant', { strokeWidth: 2.5 }),
      {
        type: 'symbol',
        from: { data: 'means' },
        encode: { update: { ...place, fill: { scale: 'colour', field: 'variant' }, shape: { scale: 'shape', field: 'variant' }, size: { value: 45 } } },
      },
    ],
  };
}

/** Largest per-sample gradient norm of each logging interval on a logarithmic axis, a panel a variant; marks where steps were explosive. */
export function gradientNorms(group: RunGroup, variants: readonly string[]): Spec {
  const values = group.runs.flatMap(({ variant, seed, record }) =>
    (record?.training ?? [])
      .filter(({ gradientNorm }) => gradientNorm > 0 && Number.isFinite(gradientNorm))
      .map(({ step, gradientNorm, explosions }) => ({ variant, run: `${variant}/${seed}`, step, value: gradientNorm, explosions })),
  );
  const decades = decadesOf(values.map(({ value }) => value));
  return {
    ...frame('Largest per-sample gradient norm of each interval against training steps, logarithmic, a panel a variant and a line a run'),
    height: PANEL * variants.length,
    data: [
      { name: 'norms', values },
      { name: 'explosive', source: 'norms', transform: [{ type: 'filter', expr: 'datum.explosions > 0' }] },
    ],
    scales: [
      ...stepAndVariant('norms', variants),
      { name: 'panel', type: 'band', domain: [...variants], range: 'height', padding: 0.18 },
      { name: 'y', type: 'log', domain: [decades[0]!, decades.at(-1)!], range: [{ signal: "bandwidth('panel')" }, 0] },
    ],
    axes: [{ orient: 'bottom', scale: 'x', title: 'Training step', format: ',d', tickCount: 8, grid: true }],
    marks: variants.map((variant) => normPanel(variant, decades)),
  };
}

function normPanel(variant: string, decades: readonly number[]): Mark {
  const size = { y: { scale: 'panel', value: variant }, width: { signal: 'width' }, height: { scale: 'panel', band: 1 } };
  return {
    type: 'group',
    encode: { update: size },
    data: ['norms', 'explosive'].map((source) => ({
      name: `${variant} ${source}`, source, transform: [{ type: 'filter' as const, expr: `datum.variant === ${JSON.stringify(variant)}` }],
    })),
    axes: [{ orient: 'left', scale: 'y', title: 'max |g|', format: ',~g', grid: true, values: everySecond(decades) }],
    marks: [
      lines(`${variant} norms`, 'run', { opacity: 0.8, strokeWidth: 1 }),
      {
        type: 'symbol',
        from: { data: `${variant} explosive` },
        encode: { update: { ...place, shape: { value: 'triangle-down' }, size: { value: 70 }, fill: { scale: 'colour', field: 'variant' } } },
      },
      { type: 'text', encode: { update: { text: { value: variant }, x: { value: 0 }, y: { value: -4 }, fill: { value: INK }, fontWeight: { value: 'bold' } } } },
    ],
  };
}

const place = { x: { scale: 'x', field: 'step' }, y: { scale: 'y', field: 'value' } };

function frame(description: string): Pick<Spec, '$schema' | 'description' | 'width' | 'padding' | 'config'> {
  const text = { labelFont: FONT, titleFont: FONT, labelColor: INK, titleColor: INK, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' as const };
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    description,
    width: WIDTH,
    padding: 5,
    config: {
      text: { fontSize: 12, font: FONT },
      axis: { ...text, gridOpacity: 0.3, domainColor: '#888', tickColor: '#888', gridColor: '#999' },
      legend: { ...text, symbolStrokeWidth: 2, symbolSize: 80 },
    },
  };
}

function stepAndVariant(data: string, variants: readonly string[]): NonNullable<Spec['scales']> {
  const { colours, shapes } = palette(variants);
  return [
    { name: 'x', type: 'linear', domain: { data, field: 'step' }, range: 'width', zero: true },
    { name: 'colour', type: 'ordinal', domain: [...variants], range: colours },
    { name: 'shape', type: 'ordinal', domain: [...variants], range: shapes },
  ];
}

function lines(data: string, series: string, style: { opacity?: number; strokeWidth: number }): Mark {
  const looks = Object.fromEntries(Object.entries(style).map(([key, value]) => [key, { value }]));
  return {
    type: 'group',
    from: { facet: { name: `${data}-${series}`, data, groupby: series } },
    marks: [{ type: 'line', from: { data: `${data}-${series}` }, encode: { update: { ...place, ...looks, stroke: { scale: 'colour', field: 'variant' } } } }],
  };
}

/** The powers of ten from the one below all values to the one above. */
function decadesOf(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, k) => 10 ** (low + k));
}

/** Few enough for a panel to have room for their labels. */
function everySecond(decades: readonly number[]): number[] {
  return decades.length <= 4 ? [...decades] : decades.filter((_, k) => k % 2 === decades.length % 2);
}

interface Point {
  readonly variant: string;
  readonly run: string;
  readonly step: number;
  readonly value: number;
}

/** Mean over the runs of a variant, at the steps that all of them have reached. */
function meanByStep(points: readonly Point[]): Omit<Point, 'run'>[] {
  const runs = new Map<string, Set<string>>();
  for (const { variant, run } of points) runs.set(variant, (runs.get(variant) ?? new Set()).add(run));
  const cells = new Map<string, { variant: string; step: number; values: number[] }>();
  for (const { variant, step, value } of points) {
    const key = `${variant} ${step}`;
    const cell = cells.get(key) ?? { variant, step, values: [] };
    cell.values.push(value);
    cells.set(key, cell);
  }
  const complete = [...cells.values()].filter(({ variant, values }) => values.length === runs.get(variant)!.size);
  return complete.map(({ variant, step, values }) => ({ variant, step, value: mean(values) }));
}
