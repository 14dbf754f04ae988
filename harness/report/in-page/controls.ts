import type { View } from '../chart/charts.js';
import type { Curves } from '../chart/curves.js';

/** How the view is asked for, and changed in part. */
interface Changing {
  readonly view: () => View;
  readonly change: (part: Partial<View>) => void;
}

/** Adds to the figures what changes their view; the legend's entries become buttons. */
export function controls(root: HTMLElement, curves: Curves, first: View, changed: (view: View) => void): void {
  let view = first;
  const change = (part: Partial<View>): void => {
    view = { ...view, ...part };
    changed(view);
  };
  const changing: Changing = { view: () => view, change };
  const seeds = [...new Set(curves.runs.map(({ seed }) => seed))];
  hideVariants(root, changing);
  if (seeds.length > 1) root.querySelector('script')!.after(hideSeeds(seeds, changing));
  figureControls(root, 'metric', [
    ...(curves.metrics.length > 1
      ? [select('Metric', curves.metrics.map(({ name }) => name), (metric) => change({ metric }))]
      : []),
    logarithmic('metric', changing),
    ...(seeds.length > 1 ? [checkbox('95% bands', first.bands, (bands) => change({ bands }))] : []),
  ]);
  figureControls(root, 'loss', [by('loss', changing), logarithmic('loss', changing)]);
  figureControls(root, 'norms', [by('norms', changing)]);
}

function hideVariants(root: HTMLElement, { view, change }: Changing): void {
  root.querySelectorAll('.legend li').forEach((entry, variant) => {
    const changed = (on: boolean): void => change({ hiddenVariants: switched(view().hiddenVariants, variant, on) });
    entry.replaceChildren(toggle([...entry.childNodes], changed));
  });
}

function hideSeeds(seeds: readonly number[], { view, change }: Changing): HTMLElement {
  const buttons = seeds.map((seed) =>
    toggle([String(seed)], (on) => change({ hiddenSeeds: switched(view().hiddenSeeds, seed, on) }))
  );
  return line(['Seeds ', ...buttons]);
}

function figureControls(root: HTMLElement, kind: string, own: readonly HTMLElement[]): void {
  root.querySelector(`figure[data-chart=${kind}]`)?.prepend(line(own));
}

function line(content: readonly (HTMLElement | string)[]): HTMLElement {
  const paragraph = document.createElement('p');
  paragraph.className = 'controls';
  paragraph.append(...content);
  return paragraph;
}

function logarithmic(kind: keyof View['log'], { view, change }: Changing): HTMLElement {
  return checkbox('Logarithmic', view().log[kind], (on) => change({ log: { ...view().log, [kind]: on } }));
}

const AXES = ['step', 'seconds'] as const;

function by(kind: keyof View['x'], { view, change }: Changing): HTMLElement {
  return select('By', AXES, (k) => change({ x: { ...view().x, [kind]: AXES[k] } }));
}

function switched(hidden: ReadonlySet<number>, entry: number, on: boolean): Set<number> {
  const others = [...hidden].filter((other) => other !== entry);
  return new Set(on ? others : [...others, entry]);
}

function toggle(content: readonly (Node | string)[], changed: (on: boolean) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.append(...content);
  button.ariaPressed = 'true';
  button.addEventListener('click', () => {
    const on = button.ariaPressed !== 'true';
    button.ariaPressed = String(on);
    changed(on);
  });
  return button;
}

function select(title: string, names: readonly string[], chosen: (index: number) => void): HTMLLabelElement {
  const list = document.createElement('select');
  list.append(...names.map((name) => new Option(name)));
  list.addEventListener('change', () => chosen(list.selectedIndex));
  return labelled(list, `${title} `, 'before');
}

function checkbox(title: string, on: boolean, changed: (on: boolean) => void): HTMLLabelElement {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.defaultChecked = on;
  box.addEventListener('change', () => changed(box.checked));
  return labelled(box, ` ${title}`, 'after');
}

function labelled(control: HTMLElement, text: string, where: 'before' | 'after'): HTMLLabelElement {
  const label = document.createElement('label');
  label.append(...(where === 'before' ? [text, control] : [control, text]));
  return label;
}
