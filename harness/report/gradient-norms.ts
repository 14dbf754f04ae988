import type { Spec } from 'vega';
import { largestOf, smallestOf } from '../run/extremes.js';
import { frame, INK, lines, type Mark, place, stepAndVariant } from './figure-parts.js';
import type { RunGroup } from './summary.js';

const PANEL = 110; // height of one variant's panel

/**
 * Largest per-sample gradient norm of each logging interval on a logarithmic axis, a panel a variant; marks where steps
 * were explosive. Undefined where no norm is on record.
 */
export function gradientNorms(group: RunGroup, variants: readonly string[]): Spec | undefined {
  const values = group.runs.flatMap(({ variant, seed, record }) =>
    (record?.training ?? [])
      .filter(({ gradientNorm }) => gradientNorm > 0 && Number.isFinite(gradientNorm))
      .map(({ step, gradientNorm, explosions }) => ({
        variant,
        panel: variants.indexOf(variant),
        run: `${variant}/${seed}`,
        step,
        value: gradientNorm,
        explosions,
      }))
  );
  if (values.length === 0) return undefined;
  const decades = decadesOf(values.map(({ value }) => value));
  return {
    ...frame(
      'Largest per-sample gradient norm of each interval against training steps, logarithmic, a panel a variant and a line a run',
    ),
    height: PANEL * variants.length,
    data: [
      { name: 'norms', values },
      { name: 'explosive', source: 'norms', transform: [{ type: 'filter', expr: 'datum.explosions > 0' }] },
    ],
    scales: [
      ...stepAndVariant('norms', variants),
      { name: 'panel', type: 'band', domain: [...variants.keys()], range: 'height', padding: 0.18 },
      { name: 'y', type: 'log', domain: [decades[0], decades.at(-1)!], range: [{ signal: "bandwidth('panel')" }, 0] },
    ],
    axes: [{ orient: 'bottom', scale: 'x', title: 'Training step', format: ',d', tickCount: 8, grid: true }],
    marks: variants.map((variant, panel) => normPanel(variant, panel, decades)),
  };
}

/**
 * The variant's name stands among the data alone: Vega looks up what expressions and values say, in objects that
 * inherit.
 */
function normPanel(variant: string, panel: number, decades: readonly number[]): Mark {
  const size = { y: { scale: 'panel', value: panel }, width: { signal: 'width' }, height: { scale: 'panel', band: 1 } };
  return {
    type: 'group',
    encode: { update: size },
    data: [
      ...['norms', 'explosive'].map((source) => ({
        name: `${panel} ${source}`,
        source,
        transform: [{ type: 'filter' as const, expr: `datum.panel === ${panel}` }],
      })),
      { name: `${panel} name`, values: [{ variant }] },
    ],
    axes: [{ orient: 'left', scale: 'y', title: 'max |g|', format: ',~g', grid: true, values: everySecond(decades) }],
    marks: [
      lines(`${panel} norms`, 'run', { opacity: 0.8, strokeWidth: 1 }),
      {
        type: 'symbol',
        from: { data: `${panel} explosive` },
        encode: {
          update: {
            ...place,
            shape: { value: 'triangle-down' },
            size: { value: 70 },
            fill: { scale: 'colour', field: 'variant' },
          },
        },
      },
      {
        type: 'text',
        from: { data: `${panel} name` },
        encode: {
          update: {
            text: { field: 'variant' },
            x: { value: 0 },
            y: { value: -4 },
            fill: { value: INK },
            fontWeight: { value: 'bold' },
          },
        },
      },
    ],
  };
}

/** The powers of ten from the one below all values to the one above. */
function decadesOf(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(smallestOf(values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(largestOf(values))));
  return Array.from({ length: high - low + 1 }, (_, k) => 10 ** (low + k));
}

/** Few enough for a panel to have room for their labels. */
function everySecond(decades: readonly number[]): number[] {
  return decades.length <= 4 ? [...decades] : decades.filter((_, k) => k % 2 === decades.length % 2);
}
