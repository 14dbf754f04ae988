import { backendText } from '../cli/describe.js';
import { machinesOf, type RunRecord } from '../run/run-record.js';
import { known, nothing, ratioCell, secondsSpreadCell, spreadCell } from './cells.js';
import { milliseconds } from './format.js';
import { networkHessianTimes, timesTables } from './paper/numbers.js';
import type { Places } from './places.js';
import type { RunTimes } from './run-times.js';
import type { GroupSummary, RunGroup, VariantSummary } from './summary.js';
import type { Cell, Head, Table } from './tables/table.js';

interface TimesColumn extends Head {
  readonly cell: (times: RunTimes, variant: VariantSummary) => Cell;
}

/** What the runs of each variant took, and how many times as long as with the plain loss; nothing where none has finished. */
export function timesTable(
  group: RunGroup,
  summary: GroupSummary,
  places: Places,
  jobs: number | undefined,
): Table | undefined {
  const variants = summary.variants.flatMap((variant) => (variant.times ? [{ variant, times: variant.times }] : []));
  if (variants.length === 0) return undefined;
  const heads = columnsOf(variants.map(({ times }) => times));
  const several = variants.some(({ variant }) => variant.seeds.length > 1);
  return {
    name: 'run-time',
    caption: `Run time${likeTable(summary.paper?.table)}${
      several ? ', mean ± standard deviation over the seeds' : ''
    }.`,
    first: 'Variant',
    heads,
    rows: variants.map(({ variant, times }) => ({
      head: places.variant(variant.variant),
      cells: heads.map(({ cell }) => cell(times, variant)),
    })),
    notes: [
      `${circumstances(group, jobs)} Times depend on the machine and on whatever else it does.`,
      'Training is the time of all steps, evaluations apart; a step, the median of the run’s logging intervals. A whole run has reading data, evaluating and saving in it, and the processor’s time that of all threads.',
      ...(variants.some(({ times }) => times.overhead) ? [overheadNote] : []),
      ...paperNotes(summary),
    ],
  };
}

const overheadNote =
  'Overhead: seconds of training over those of the same seed with the plain loss and all other settings the same, the geometric mean over the seeds with Student’s interval of the logarithms.';

/** Those that some variant has anything for. */
function columnsOf(all: readonly RunTimes[]): TimesColumn[] {
  const interval = all.some(({ overhead }) => overhead?.ratio.interval);
  const overhead: TimesColumn[] = [
    {
      title: 'overhead',
      unit: interval ? 'ratio [95% interval]' : 'ratio',
      cell: ({ overhead }) => known(overhead?.ratio, ratioCell),
    },
    { title: 'over', text: true, cell: ({ overhead }) => overhead?.baseline ?? nothing },
  ];
  const whole: TimesColumn[] = [
    { title: 'whole run', unit: 's', cell: ({ wall }) => known(wall, secondsSpreadCell) },
    { title: 'processor', unit: 's', cell: ({ processor }) => known(processor, secondsSpreadCell) },
  ];
  return [
    { title: 'training', unit: 's', cell: ({ training }) => secondsSpreadCell(training) },
    {
      title: 'step',
      unit: 'ms',
      cell: (_, { msPerStep }) => known(msPerStep, (spread) => spreadCell(spread, milliseconds(spread))),
    },
    ...(all.some((times) => times.overhead) ? overhead : []),
    ...(all.some(({ wall }) => wall) ? whole : []),
  ];
}

/** " (what Table 6 of the paper has for its Table 1)"; nothing where it has none. */
export function likeTable(table: keyof typeof timesTables | undefined): string {
  const number = table && timesTables[table];
  return number === undefined ? '' : ` (what Table ${number} of the paper has for its Table ${table})`;
}

/** Machines, backends and how many runs went side by side. */
function circumstances({ runs }: RunGroup, jobs: number | undefined): string {
  const records = runs.flatMap(({ record }) => record ?? []);
  const said = (text: (record: RunRecord) => string): string => [...new Set(records.map(text))].join('; then ');
  const machine = said(({ versions }) => machinesOf(versions).join(', then ') || 'a machine that is not on record');
  const backend = said((
    { versions: { backend } },
  ) => (backend ? backendText(backend) : 'a backend that is not on record'));
  const beside = jobs === undefined ? '' : `, ${jobs} run${jobs === 1 ? '' : 's'} side by side`;
  return `On ${machine}, with ${backend} a run${beside}.`;
}

function paperNotes({ paper }: GroupSummary): string[] {
  const number = paper && timesTables[paper.table];
  if (number === undefined) return [];
  const network = paper!.cells.some(({ curvature, preset }) =>
    curvature === 'hessian' && preset.includes('/paper-dsn-')
  );
  const [least, most] = networkHessianTimes.map((times) => times.toFixed(1));
  return [
    `The run times in Table ${number} of the paper are of other machines, and are not known here${
      network ? `, but for those with the Hessian of sorting networks: ${least} to ${most} times those without` : ''
    }.`,
  ];
}
