import type { View } from '../chart/charts.js';
import type { Curves } from '../chart/curves.js';

/** Adds to the figures what changes their view; the legend's entries become buttons. */
export function controls(root: HTMLElement, curves: Curves, first: View, changed: (view: View) => void): void {
  let view = first;
  const change = (part: Partial<View>): void => {
    view = { ...view, ...part };
    changed(view);
  };
  root.querySelectorAll('.legend li').forEach((entry, variant) => {
    entry.replaceChildren(
      toggle([...entry.childNodes], (on) => change({ hiddenVariants: switched(view.hiddenVariants, variant, on) })),
    );
  });
  const bar = document.createElement('p');
  bar.className = 'controls';
  const seeds = [...new Set(curves.runs.map(({ seed }) => seed))];
  if (seeds.length > 1) {
    bar.append(
      'Seeds ',
      ...seeds.map((seed) =>
        toggle([String(seed)], (on) => change({ hiddenSeeds: switched(view.hiddenSeeds, seed, on) }))
      ),
    );
  }
  bar.append(select('By', ['step', 'seconds'], (k) => change({ x: k === 0 ? 'step' : 'seconds' })));
  root.querySelector('script')!.after(bar);
  const logs: [keyof View['log'], ...HTMLElement[]][] = [['metric'], ['loss']];
  if (curves.metrics.length > 1) {
    logs[0].push(select('Metric', curves.metrics.map(({ name }) => name), (metric) => change({ metric })));
  }
  for (const [kind, ...more] of logs) {
    const log = checkbox('Logarithmic', first.log[kind], (on) => change({ log: { ...view.log, [kind]: on } }));
    const own = document.createElement('p');
    own.className = 'controls';
    own.append(...more, log);
    root.querySelector(`figure[data-chart=${kind}]`)?.prepend(own);
  }
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
