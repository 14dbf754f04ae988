import { type Chart, draw, swatch } from './chart/draw.js';
import { firstView, lossChart, metricChart, normsChart, timeChart } from './chart/charts.js';
import type { Curves } from './chart/curves.js';
import { curvesOf, isThinned } from './curves-of.js';
import { drawingImage } from './drawing-image.js';
import { html, inlineJson, type Markup } from './markup.js';
import { type ParameterCurves, parameterCurves } from './parameter-curves.js';
import type { GroupSummary, RunGroup } from './summary.js';

/** Pixels, where no script knows how wide the page is. */
const WIDTH = 640;

/** The figures of a group under their headings, and what the page's script draws them from. */
export function figures(group: RunGroup, summary: GroupSummary, heading: (title: string) => Markup): Markup {
  const curves = curvesOf(group, summary);
  const view = firstView(curves);
  const charts = [
    figure('metric', 'Learning curves', metricChart(curves, view), metricCaption(group, summary), heading),
    figure('time', 'Learning curves over time', timeChart(curves, view), timeCaption(group), heading),
    figure('loss', 'Training loss', lossChart(curves, view), lossCaption(group, curves), heading),
    figure('norms', 'Gradient norms', normsChart(curves, view), normsCaption, heading),
  ];
  const bySettings = parameterCurves(group, summary).map((found) => parameterFigure(group, found, heading));
  const pictures = summary.variants.map(({ variant }) => predictions(group, variant, heading));
  const names = curves.variants.length > 1 ? legend(curves) : '';
  return html`${bySettings}<div class="curves" data-name="${group.name}">${
    data(curves)
  }${names}${charts}</div>${pictures}`;
}

/** A metric by a setting, with a legend of its own; nothing where no run is finished. */
function parameterFigure(
  { name }: RunGroup,
  { setting, curves }: ParameterCurves,
  heading: (title: string) => Markup,
): Markup {
  const chart = metricChart(curves, firstView(curves));
  if (!chart) return html``;
  const levels = curves.parameter!.levels > 0 ? '; lines without symbols are of variants that it does not touch' : '';
  const caption =
    `After the last step, by ${setting}: thin lines are seeds, thick ones their means, where all seeds are `
    + `finished${levels}.`;
  return html`${heading(`Results by ${setting}`)}<div class="curves" data-name="${name} ${setting}">${data(curves)}${
    legend(curves)
  }${drawn('metric', chart, caption)}</div>`;
}

/** What the page's script draws figures from. */
function data(curves: Curves): Markup {
  return html`<script type="application/json">${inlineJson(curves)}</script>`;
}

function figure(
  kind: string,
  title: string,
  chart: Chart | undefined,
  caption: string,
  heading: (title: string) => Markup,
): Markup {
  return chart ? html`${heading(title)}${drawn(kind, chart, caption)}` : html``;
}

function drawn(kind: string, chart: Chart, caption: string): Markup {
  const { svg } = draw(chart, WIDTH);
  return html`<figure data-chart="${kind}"><div class="chart">${svg}</div><figcaption>${caption}</figcaption></figure>`;
}

function legend({ variants }: Curves): Markup {
  const entries = variants.map((name, variant) => html`<li>${swatch(variant)}${name}</li>`);
  return html`<ul class="legend">${entries}</ul>`;
}

function metricCaption(group: RunGroup, { metric, evaluatedOn }: GroupSummary): string {
  const lines = group.runs.length > 1 ? ': thin lines are runs, thick lines with symbols means over the seeds' : '';
  return `${metric ?? 'The metric'} on the ${evaluatedOn} sets during training${lines}.${
    severalSeeds(group) ? bandNote : ''
  }`;
}

const bandNote =
  ' Bands are 95% intervals of the mean at each step by itself, Student’s, cut off where no share can be; of three seeds they are 4.3 standard errors wide to either side.';

function timeCaption(group: RunGroup): string {
  const grid = severalSeeds(group)
    ? ' Means and bands are of the runs’ values at 200 common times, on straight lines between their evaluations, as far as all runs of the variant go.'
    : '';
  return `The same over the seconds that training took, evaluations apart.${grid} Times are of the machine below, see Run time.`;
}

function severalSeeds({ runs }: RunGroup): boolean {
  return new Set(runs.map(({ seed }) => seed)).size > 1;
}

function lossCaption(group: RunGroup, { runs }: Curves): string {
  const means = runs.length > 1 ? '; thick lines are means over the seeds' : '';
  const thinned = isThinned(group) ? ' Intervals are put together to about a thousand a run.' : '';
  return `Loss of the training batches, the mean of each logging interval${means}. Different losses have different scales.${thinned}`;
}

const normsCaption =
  'Largest per-sample gradient norm |g| in each logging interval, a line a run, on one logarithmic scale; triangles mark intervals with explosive steps.';

/** Of the variant's first run that has drawn any. */
function predictions(group: RunGroup, name: string, heading: (title: string) => Markup): Markup {
  const run = group.runs.find(({ variant, record }) => variant === name && record?.drawing !== undefined);
  if (!run) return html``;
  const caption = `The first test samples, after the last step of seed ${run.seed}.`;
  const picture = drawingImage(run.record!.drawing!, caption);
  return html`${heading(`Predictions of ${name}`)}<figure>${picture}<figcaption>${caption}</figcaption></figure>`;
}
