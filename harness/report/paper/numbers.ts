import { mean } from '../../statistics/index.js';

/** A row of a table of Petersen et al., Newton Losses, NeurIPS 2024, as printed there; shares in percent. */
export interface PaperRow {
  readonly table: 1 | 2 | 3 | 9;
  /** Experiments that belong to it have these values, by dotted path. */
  readonly where: Readonly<Record<string, unknown>>;
  /** The preset that follows its protocol, `where` included. */
  readonly preset: string;
  /** By metric and by curvature. */
  readonly values: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What holds for all rows of a table. */
export interface PaperTable {
  readonly seeds: number;
  /** Of its metrics. */
  readonly kind: 'share' | 'number';
  /** Settings that its presets leave to their task, by dotted path. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What no setting says. */
  readonly remarks: string;
}

const maps = 'The paper’s maps are the official ones; of which step its figures are, it does not say.';

export const paperTables: Readonly<Record<PaperRow['table'], PaperTable>> = {
  1: {
    seeds: 10,
    kind: 'share',
    remarks: 'Of which step its figures are, the paper does not say; the code that it builds on takes the test '
      + 'accuracy of the step with the best validation accuracy. Here it is that of the last step.',
  },
  2: {
    seeds: 10,
    kind: 'share',
    settings: { 'task.pool': 1 },
    remarks: `${maps} It takes the best of seven learning rates and does not say which.`,
  },
  3: { seeds: 10, kind: 'share', settings: { 'task.pool': 1 }, remarks: maps },
  9: {
    seeds: 5,
    kind: 'number',
    remarks:
      'These are means of its five seeds. Every seed draws its own data, other ones than the paper’s: differences from the plain loss can be '
      + 'compared, values hardly. How many steps it takes, the paper does not say.',
  },
};

/** By table of accuracies, that of the run times of the same runs. */
export const timesTables: Readonly<Partial<Record<PaperRow['table'], number>>> = { 1: 6, 2: 7, 3: 8 };

/**
 * How many times as long as with the plain loss runs take with the Hessian of a sorting network: Table 6, 1:10 to 2:24
 * and 1:43 to 6:17 hours.
 */
export const networkHessianTimes = [144 / 70, 377 / 103] as const;

type Row = Readonly<Record<string, number>>;

export const paperRows: readonly PaperRow[] = [
  sorting('neuralsort', 5, { none: 71.33, hessian: 83.31, fisher: 83.93 }, { none: 87.1 }),
  sorting('softsort', 5, { none: 70.7, hessian: 83.87, fisher: 84.03 }, { none: 86.75 }),
  sorting('dsn-logistic', 5, { none: 53.56, hessian: 75.02, fisher: 63.11 }, { none: 77.04 }),
  sorting('dsn-cauchy', 5, { none: 85.09, hessian: 85.11, fisher: 84.95 }, { none: 93.31 }),
  sorting('neuralsort', 10, { none: 24.26, hessian: 48.76, fisher: 39.23 }),
  sorting('softsort', 10, { none: 27.46, hessian: 55.07, fisher: 54.0 }),
  sorting('dsn-logistic', 10, { none: 12.31, hessian: 42.14, fisher: 25.72 }),
  sorting('dsn-cauchy', 10, { none: 55.29, hessian: 56.49, fisher: 56.12 }),
  bellmanFord('for', 'l1', { none: 94.19, fisher: 94.52 }),
  bellmanFord('for', 'l2', { none: 95.9, fisher: 96.08 }),
  bellmanFord('while', 'l1', { none: 94.3, fisher: 94.47 }),
  bellmanFord('while', 'l2', { none: 95.77, fisher: 95.94 }),
  perturbed('stochastic-smoothing', 3, { none: 62.83, hessian: 62.4, fisher: 58.8 }),
  perturbed('stochastic-smoothing', 10, { none: 77.01, hessian: 78.82, fisher: 78.74 }),
  perturbed('stochastic-smoothing', 30, { none: 85.48, hessian: 85.94, fisher: 86.1 }),
  perturbed('stochastic-smoothing-algorithm', 3, { none: 57.55, fisher: 53.82 }),
  perturbed('stochastic-smoothing-algorithm', 10, { none: 78.7, fisher: 79.24 }),
  perturbed('stochastic-smoothing-algorithm', 30, { none: 87.26, fisher: 87.41 }),
  perturbed('perturbed-fenchel-young', 3, { none: 80.64, hessian: 83.09, fisher: 80.7 }),
  perturbed('perturbed-fenchel-young', 10, { none: 80.39, hessian: 81.13, fisher: 80.37 }),
  perturbed('perturbed-fenchel-young', 30, { none: 80.71, hessian: 83.45, fisher: 80.45 }),
  {
    table: 9,
    where: { 'task.name': 'random-regression', 'model.name': 'relu-programs', 'loss.name': 'mse' },
    preset: 'random-regression/relu-programs',
    values: {
      mse: {
        none: mean([0.322, 0.186, 0.522, 0.225, 0.26]), // of the seeds 1 to 5
        fisher: mean([0.185, 0.157, 0.247, 0.179, 0.211]),
      },
    },
  },
];

function sorting(loss: string, n: number, EM: Row, EW?: Row): PaperRow {
  const where = {
    'task.name': 'mnist-sort',
    'task.n': n,
    'task.digits': 4,
    'loss.name': loss,
    'loss.params.crossEntropy': 'float32',
  };
  return { table: 1, where, preset: `mnist-sort/paper-${loss}-n${n}`, values: { EM, ...(EW && { EW }) } };
}

function bellmanFord(loop: string, distance: string, perfectMatch: Row): PaperRow {
  const where = { ...path('bellman-ford'), 'loss.params.loop': loop, 'loss.params.distance': distance };
  return { table: 2, where, preset: `warcraft/paper-bellman-ford-${loop}-${distance}`, values: { perfectMatch } };
}

function perturbed(loss: string, samples: number, perfectMatch: Row): PaperRow {
  const where = { ...path(loss), 'loss.params.samples': samples };
  return { table: 3, where, preset: `warcraft/paper-${loss}-s${samples}`, values: { perfectMatch } };
}

function path(loss: string): object {
  return { 'task.name': 'warcraft', 'task.size': 12, 'loss.name': loss };
}
