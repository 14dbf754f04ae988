import { LossError } from '../../core/errors.js';
import { didYouMean } from '../../core/messages.js';
import { firstView, metricChart, timeChart } from './chart/charts.js';
import type { Curves } from './chart/curves.js';
import { type Chart, draw } from './chart/draw.js';
import { curvesOf } from './curves-of.js';
import { parameterCurves } from './parameter-curves.js';
import { type RunGroup, summarise } from './summary.js';

/** What a stand-alone figure shows. */
export interface FigureOptions {
  /** `steps` or `time` of training, of the first group; or a setting, of all: `newton.lambda`, or `lambda`. */
  readonly over?: string | undefined;
  /** By default the first. */
  readonly metric?: string | undefined;
}

const WIDTH = 800;

/**
 * A metric of groups over what is asked for, as SVG with a legend, a panel a group. PARAMS where there is nothing
 * of that name, DATA where nothing has been measured.
 */
export function standAloneFigure(groups: readonly RunGroup[], { over = 'steps', metric }: FigureOptions): string {
  const found = over === 'steps' || over === 'time' ? [learning(groups[0])] : overSetting(groups, over);
  const chartOf = over === 'time' ? timeChart : metricChart;
  const charts = found.flatMap(({ title, curves }) => {
    const chart = chartOf(curves, { ...firstView(curves), metric: metricIndex(curves, metric) });
    return chart ? [{ title, chart, names: curves.variants }] : [];
  });
  if (charts.length === 0) throw new LossError('DATA', 'no run has been evaluated yet, nothing to draw');
  const names = [...new Set(charts.flatMap((one) => one.names))];
  return `${draw(joined(charts, names), WIDTH, names).svg.text}\n`;
}

interface Shown {
  readonly title: string;
  readonly curves: Curves;
}

function learning(group: RunGroup): Shown {
  return { title: group.name, curves: curvesOf(group, summarise(group)) };
}

/** Of the groups that have a curve over the setting. PARAMS where none has. */
function overSetting(groups: readonly RunGroup[], name: string): Shown[] {
  const all = groups.flatMap((group) =>
    parameterCurves(group, summarise(group)).map(({ setting, curves }) => ({ title: group.name, setting, curves }))
  );
  const found = all.filter(({ setting }) => setting === name || setting.endsWith(`.${name}`));
  if (found.length > 0) return found;
  const there = ['steps', 'time', ...new Set(all.map(({ setting }) => setting))];
  const what = `--over should be one of ${there.join(', ')}, got ${JSON.stringify(name)}${didYouMean(name, there)}`;
  throw new LossError('PARAMS', `${what}; a setting takes runs of three values or more that differ in nothing else`);
}

/** PARAMS where there is none of that name. */
function metricIndex({ metrics }: Curves, name: string | undefined): number {
  const there = metrics.map((metric) => metric.name);
  const index = name === undefined ? 0 : there.indexOf(name);
  if (index >= 0) return index;
  const what = `--metric should be one of ${there.join(', ')}, got ${JSON.stringify(name)}${didYouMean(name!, there)}`;
  throw new LossError('PARAMS', what);
}

/** Charts of the same axes as panels of one, in which variants of one name look alike. */
function joined(
  charts: readonly { readonly title: string; readonly chart: Chart; readonly names: readonly string[] }[],
  all: readonly string[],
): Chart {
  const panels = charts.flatMap(({ title, chart, names }) =>
    chart.panels.map(({ series }) => ({
      ...(charts.length > 1 && { title }),
      series: series.map((line) => ({ ...line, variant: all.indexOf(names[line.variant]) })),
    }))
  );
  return { ...charts[0].chart, panels };
}
