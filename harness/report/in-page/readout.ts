import type { Chart, Drawing, Frame, Point, Series } from '../chart/draw.js';
import { swatch } from '../chart/draw.js';
import { html, type Markup } from '../markup.js';

/** Lines of a readout: more than these nobody reads. */
const MOST = 12;

/** Shows the values under the pointer beside it: of means where there are any, else of runs. */
export function readout(place: HTMLElement, shown: () => { chart: Chart; drawing: Drawing } | undefined): void {
  const box = document.createElement('div');
  box.className = 'readout';
  place.addEventListener('pointermove', (event) => {
    const now = shown();
    const svg = place.querySelector('svg');
    if (!now || !svg) return;
    const bounds = svg.getBoundingClientRect();
    const scale = now.drawing.width / bounds.width;
    const [x, y] = [scale * (event.clientX - bounds.left), scale * (event.clientY - bounds.top)];
    const k = now.drawing.frames.findIndex(({ top, bottom }) => y >= top && y <= bottom);
    const found = k < 0 ? undefined : nearestValues(now.chart.panels[k].series, now.drawing.frames[k], x);
    if (!found) return box.remove();
    box.innerHTML = readoutText(now.chart, found).text;
    place.append(box);
    const left = found.left / scale;
    const right = left > bounds.width / 2;
    box.style.left = right ? '' : `${left + 12}px`;
    box.style.right = right ? `${place.clientWidth - left + 12}px` : '';
    box.style.top = `${now.drawing.frames[k].top / scale}px`;
  });
  place.addEventListener('pointerleave', () => box.remove());
}

interface Found {
  /** Pixels of the drawing. */
  readonly left: number;
  readonly x: number;
  readonly values: readonly { readonly series: Series; readonly y: number }[];
}

function nearestValues(series: readonly Series[], frame: Frame, x: number): Found | undefined {
  const means = series.filter(({ kind }) => kind === 'mean');
  const lines = means.length > 0 ? means : series;
  const nearest = lines.map(({ points }) => nearestPoint(points, frame, x));
  const first = nearestPoint(nearest, frame, x);
  if (!first) return undefined;
  const values = lines.map((line, k) => ({ series: line, y: nearest[k].y }));
  return { left: frame.x.at(first.x), x: first.x, values: values.slice(0, MOST) };
}

function nearestPoint(points: readonly Point[], { x: { at } }: Frame, x: number): Point {
  return points.reduce((best, point) => Math.abs(at(point.x) - x) < Math.abs(at(best.x) - x) ? point : best, points[0]);
}

function readoutText({ x: axis }: Chart, { x, values }: Found): Markup {
  const rows = values.map(({ series: { name, variant }, y }) =>
    html`<div>${swatch(variant)}${name} <b>${Number(y.toPrecision(4))}</b></div>`
  );
  return html`<div>${axis} ${Number(x.toPrecision(6))}</div>${rows}`;
}
