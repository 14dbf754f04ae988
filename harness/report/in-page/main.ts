import { firstView, lossChart, metricChart, normsChart, timeChart, type View } from '../chart/charts.js';
import type { Curves } from '../chart/curves.js';
import { type Chart, draw, type Drawing } from '../chart/draw.js';
import { html } from '../markup.js';
import { controls } from './controls.js';
import { evaluationsTable, trainingTable } from './csv.js';
import { readout } from './readout.js';
import { sortable } from './sorting.js';

/** The script of a report: figures that fit the page, show values under the pointer, and hide what one asks to; tables that sort. */

const CHARTS = { metric: metricChart, time: timeChart, loss: lossChart, norms: normsChart };
const NARROWEST = 300;

class Figure {
  private readonly kind: keyof typeof CHARTS;
  private readonly place: HTMLElement;
  private shown: { chart: Chart; drawing: Drawing } | undefined;

  constructor(figure: HTMLElement) {
    this.kind = figure.dataset['chart'] as keyof typeof CHARTS;
    this.place = figure.querySelector<HTMLElement>('.chart')!;
    readout(this.place, () => this.shown);
  }

  show(curves: Curves, view: View): void {
    const chart = CHARTS[this.kind](curves, view);
    const drawing = chart && draw(chart, Math.max(NARROWEST, this.place.clientWidth));
    this.shown = chart && drawing && { chart, drawing };
    this.place.innerHTML = (drawing?.svg ?? html`<p class="soft">Nothing is selected.</p>`).text;
  }
}

function enliven(root: HTMLElement): void {
  const curves = JSON.parse(root.querySelector('script')!.textContent) as Curves;
  const figures = [...root.querySelectorAll<HTMLElement>('figure')].map((figure) => new Figure(figure));
  let view = firstView(curves);
  const show = (): void => figures.forEach((figure) => figure.show(curves, view));
  controls(root, curves, view, (changed) => {
    view = changed;
    show();
  });
  const name = root.dataset['name']!.replace(/[^\w-]+/g, '-');
  const tables = { metric: evaluationsTable, loss: trainingTable };
  for (const [kind, table] of Object.entries(tables)) {
    const figure = root.querySelector(`figure[data-chart=${kind}]`);
    figure?.append(
      downloadButton(`${name}-${kind === 'metric' ? 'evaluations' : 'training'}.csv`, () => table(curves)),
    );
  }
  let width = 0;
  new ResizeObserver(() => {
    if (width === root.clientWidth) return;
    width = root.clientWidth;
    show();
  }).observe(root);
}

function downloadButton(name: string, text: () => string): HTMLButtonElement {
  const button = document.createElement('button');
  button.textContent = `Download ${name}`;
  button.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text()], { type: 'text/csv' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
  return button;
}

document.querySelectorAll<HTMLElement>('.curves').forEach(enliven);
document.querySelectorAll<HTMLTableElement>('table:has(thead)').forEach(sortable);
