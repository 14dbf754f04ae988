import { type Comparison, improvementOf } from './comparisons.js';
import { countMean, difference, metricSpread } from './format.js';
import { html, type Markup } from './markup.js';
import { recordOf, float32Variants } from './settings.js';
import type { GroupSummary, RunGroup, VariantSummary } from './summary.js';

/** What readers who do not know the paper need before the first figure: the task, the curvatures, explosive steps. */
export function introduction(group: RunGroup, { metric, metrics }: GroupSummary): Markup {
  const task = group.runs.find(({ record }) => record)?.record?.experiment.task.name;
  const meaning = metric !== undefined && Object.hasOwn(metrics, metric) ? metrics[metric].meaning : '';
  const judged = meaning === '' ? '' : `${metric!}, ${meaning},`;
  return html`<p>A network learns the task${task === undefined ? '' : html` <em>${task}</em>`}${
    judged && `, judged by ${judged}`
  } through a loss that may have a whole algorithm in it, made differentiable, whose gradients easily vanish or explode.
    A Newton loss puts a Newton step in the place of the gradient at the network’s outputs, with one of three curvatures:
    the Hessian, of second derivatives; Fisher, of products of gradients, which any loss has; and Gauss-Newton, the
    Hessian without the part that can be negative. An explosive step is one in which the gradient of some sample is more
    than twenty times as large as usual, which can throw the network back.</p>`;
}

/** How many intervals stand beside each other; undefined where there is none. */
export function intervalsNote({ variants }: GroupSummary): string | undefined {
  const differences = variants.flatMap((variant) => Object.values(variant.differences));
  const count = differences.filter(({ interval }) => interval).length;
  if (count === 0) return undefined;
  return count === 1
    ? 'One 95% interval was looked at.'
    : `${count} intervals of 95% were looked at, without correction for their number: one in twenty misses by chance. `
      + 'The column p is corrected (paired t-test, by Holm for all comparisons with one reference).';
}

/** What bold figures say, or what stands before them in their place; undefined where there are none. */
export function improvementsNote(
  { references: [baseline], variants }: GroupSummary,
  mark: 'bold' | '*',
): string | undefined {
  const found = variants.map(({ differences }) => improvementOf(differences[baseline]));
  if (mark === '*') return found.includes('significant') ? `* ${better(baseline)}.` : undefined;
  const said = [
    ...(found.includes('significant') ? [`Bold: ${better(baseline)}`] : []),
    ...(found.includes('improved') ? [`grey: a better mean than ${baseline}, not significantly`] : []),
  ];
  if (said.length === 0) return undefined;
  const text = said.join('; ');
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function better(baseline: string): string {
  return `better than ${baseline}, p < 0.05 by the paired t-test without correction, as the paper marks it`;
}

/** The backend that the figures are from; a warning where they are from several. Undefined where none is on record. */
export function backendsNote({ variants, tunedOn }: GroupSummary): string | undefined {
  const used = [...new Set(variants.flatMap(({ backends }) => backends))];
  if (used.length === 0) return undefined;
  const tuned = tunedOn === undefined || used.includes(tunedOn) ? '' : `, tuned on ${tunedOn}`;
  if (used.length === 1) return `Backend ${used[0]}${tuned}.`;
  const each = variants.filter(({ backends }) => backends.length > 0)
    .map(({ variant, backends }) => `${variant} on ${backends.join(' and ')}`);
  return `Warning: runs are on different backends (${
    each.join(', ')
  }), whose figures differ by rounding, and times by more.`;
}

/** What validation figures are not; undefined where all are of test data. */
export function splitNote({ evaluatedOn }: GroupSummary): string | undefined {
  if (evaluatedOn === 'test') return undefined;
  return `Figures are of ${evaluatedOn} data: settings can be chosen by those of validation data, which then say nothing about how good the chosen one is.`;
}

/** What the differences say, a sentence a variant; nothing where there is nothing to compare. */
export function findings({ metric, references, variants }: GroupSummary): Markup[] {
  return variants.flatMap(({ variant, differences, final }) => {
    const against = references.flatMap((
      reference,
    ) => (differences[reference] ? [sayDifference(reference, differences[reference])] : []));
    const reached = metric === undefined ? undefined : final[metric];
    if (!reached || variant === references[0] || against.length === 0) return [];
    return [
      html`<strong>${variant}</strong> reaches ${metric!} ${metricSpread({ kind: 'share' }, reached)} %: ${
        against.join('; ')
      }.`,
    ];
  });
}

function sayDifference(reference: string, found: Comparison): string {
  return `${difference(found)} points against ${reference}, ${verdictOf(found)}`;
}

/** How the figures came about and what they do not say. */
export function notes(group: RunGroup, summary: GroupSummary, jobs: number | undefined): Markup[] {
  const best = summary.metric ?? 'metric';
  const paired =
    html`Runs of the same seed start from the same network and see the same batches, so differences are taken seed by seed.
    ± is the sample standard deviation over seeds. The interval is Student’s t for the mean difference; it takes the differences as roughly
    normal. With few seeds it is wide, since little is known from few seeds.`;
  const meanings = Object.entries(summary.metrics).flatMap((
    [name, { meaning }],
  ) => (meaning === '' ? [] : [`${name} is ${meaning}`]));
  return [
    ...(meanings.length === 0 ? [] : [html`${meanings.join('; ')}.`]),
    html`All figures are those of the last step, on fixed ${summary.evaluatedOn} sets that are the same for every run.${
      summary.evaluatedOn === 'test' ? ' Nothing was selected on them;' : ''
    } “best ${best}”
      is the highest of all evaluations, the most that choosing a checkpoint could have given.`,
    ...(summary.references.length === 0 ? [] : [paired]),
    html`A step is explosive when its largest per-sample gradient norm exceeds 20 times the median norm of the first 50 steps. Explosive steps are
      the mean count of a run; ms/step is the median of a run’s logging intervals${
      jobs === undefined ? '' : `, with ${jobs} run${jobs === 1 ? '' : 's'} side by side`
    }.`,
    ...float32Notes(group, summary),
  ];
}

function float32Notes(group: RunGroup, { variants }: GroupSummary): Markup[] {
  const emulated = float32Variants(group, variants.map(({ variant }) => variant));
  if (emulated.length === 0) return [];
  const exact = variants.filter(({ variant }) => !emulated.includes(variant) && recordOf(group, variant));
  return [
    html`${
      emulated.join(', ')
    }: the loss is the binary cross-entropy as float32 arithmetic computes it (PyTorch’s BCELoss), which is what the
      published baselines were trained with. Where a row of the soft permutation is confidently wrong, its entry rounds to exactly 1 and the
      derivative is divided by 10⁻¹² instead of 1 − p: one sample can have a gradient ten thousand times too large, and Adam’s second
      moment remembers it for thousands of steps. Fisher and Hessian grow with such a gradient, so that a Newton loss renders it harmless.
      On this benchmark that is most of what a Newton loss gains over the float32 baseline.`,
    ...(variants.length < 2 ? [] : [exact.length > 0 ? exactNote(exact, variants) : missingExact]),
  ];
}

function exactNote(exact: readonly VariantSummary[], variants: readonly VariantSummary[]): Markup {
  return html`${
    exact.map(({ variant }) => variant).join(', ')
  }: the same loss in float64 and log space, where the derivative is exact and such
    explosions do not occur. Explosive steps a run here: ${
    variants.map(countExplosions).join(', ')
  }. A variant that survives them may meet more
    of them than a baseline that the first one has thrown back. Judge what curvature adds beyond numerical safety against the exact
    baseline, not against the float32 one.`;
}

const missingExact =
  html`No variant with the exact loss was run beside them, so what curvature adds beyond numerical safety cannot be read off
  this report.`;

function countExplosions({ variant, explosions }: VariantSummary): string {
  return `${variant} ${explosions ? countMean(explosions) : '–'}`;
}

function verdictOf({ interval, pairs }: Comparison): string {
  if (!interval) {
    return pairs === 1
      ? 'from one pair of runs, which says nothing about the spread'
      : 'the same on every seed, which says nothing about the spread';
  }
  if (interval[0] > 0) return 'an interval above zero';
  return interval[1] < 0 ? 'an interval below zero' : 'an interval that includes zero';
}
