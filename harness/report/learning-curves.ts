import type { Spec } from 'vega';
import { mean } from './stats.js';
import { frame, lines, place, stepAndVariant } from './figure-parts.js';
import type { RunGroup } from './summary.js';

/**
 * Learning curves of a metric in percent: a thin line a run, and the mean of a variant over the runs that have not
 * failed.
 */
export function learningCurves(group: RunGroup, metric: string, variants: readonly string[]): Spec {
  const seeds = group.runs.flatMap(({ variant, seed, record, failure }) =>
    (record?.evaluations ?? []).filter(({ metrics }) => metric in metrics).map(({ step, metrics }) => ({
      variant,
      run: `${variant}/${seed}`,
      step,
      value: 100 * metrics[metric],
      failed: failure !== undefined,
    }))
  );
  return {
    ...frame(
      `${metric} on the test sets against training steps, a line a run and a thick line for the mean of each variant`,
    ),
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
    legends: [{
      stroke: 'colour',
      shape: 'shape',
      orient: 'top',
      direction: 'horizontal',
      symbolFillColor: 'transparent',
      columnPadding: 24,
    }],
    marks: [
      lines('seeds', 'run', { opacity: 0.45, strokeWidth: 1 }),
      lines('means', 'variant', { strokeWidth: 2.5 }),
      {
        type: 'symbol',
        from: { data: 'means' },
        encode: {
          update: {
            ...place,
            fill: { scale: 'colour', field: 'variant' },
            shape: { scale: 'shape', field: 'variant' },
            size: { value: 45 },
          },
        },
      },
    ],
  };
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
