import { highs, loadHighs } from '#highs';
import type { Model, ModelData } from 'highs';
import { zeros } from '../batch.js';
import { LossError } from '../errors.js';
import { normalised } from '../linear-algebra/powers-of-two.js';
import { parameters } from '../parameters.js';
import { defineAlgorithm } from './define-algorithm.js';
import { withoutOverflow } from './overflow.js';

export interface Constraint {
  /** One a variable. */
  coefficients: number[];
  lower?: number;
  upper?: number;
}

export interface LinearProgramParams {
  sense: 'minimise' | 'maximise';
  constraints: Constraint[];
  lower: number;
  upper: number;
  integers: number[];
}

const bound = { type: 'number', nullable: true } as const;

/**
 * A linear or mixed-integer program whose objective is the costs, solved by HiGHS; among equal optima, the one at which
 * it arrives from a cold start.
 *
 *     w = argmin (or argmax) of <costs, w>  where  lower_k <= <a_k, w> <= upper_k,  lower <= w_j <= upper,  w_j whole for j in integers
 *
 * HiGHS gets the costs divided by a power of two, exactly, so that the largest is in [1, 2): solutions do not depend on
 * the scale of the costs, from subnormal ones to the largest doubles. Its tolerances are 1e-7: constraints hold to
 * that, and a solution counts as optimal where no reduced cost is wrong by more than that times the largest cost, so
 * that costs which differ by less count as equal. Whole variables are rounded, and searched for until no better ones
 * are left (HiGHS alone would stop within 1e-4 of the optimum). The objective is that of the costs as given, infinite
 * where it is beyond the doubles.
 *
 * PARAMS where nothing is feasible or a constraint has another number of variables; UNSUPPORTED for costs without an
 * optimum. About 0.1 ms for 25 variables and 10 constraints.
 */
export default defineAlgorithm({
  name: 'linear-program',
  title: 'Linear or mixed-integer program',
  source:
    'Huangfu and Hall, Parallelizing the Dual Revised Simplex Method, Mathematical Programming Computation 10, 2018 (HiGHS)',
  params: parameters({
    sense: { type: 'string', enum: ['minimise', 'maximise'], default: 'minimise' },
    constraints: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          coefficients: { type: 'array', items: { type: 'number' }, minItems: 1 },
          lower: bound,
          upper: bound,
        },
        required: ['coefficients'],
        additionalProperties: false,
      },
      minItems: 1,
      default: [{ coefficients: [1, 1, 1, 1], lower: 1, upper: 1 }],
      description: 'lower <= coefficients of the variables <= upper; by default their sum is 1',
    },
    lower: { type: 'number', default: 0, description: 'of every variable; -1e20 and beyond are none' },
    upper: { type: 'number', default: 1e20, description: 'of every variable; 1e20 and beyond are none' },
    integers: {
      type: 'array',
      items: { type: 'integer', minimum: 0 },
      default: [],
      description: 'indices of variables that are whole',
    },
  }),

  load: loadHighs,

  create(params) {
    const m = params.constraints[0].coefficients.length;
    const model = createModel(params, m);
    const solve = (costs: Float64Array, out: Float64Array): number => {
      model.clearSolver(); // else the solution would depend on the last basis
      model.changeColsCost({ kind: 'range', from: 0, to: m - 1 }, normalised(costs).scaled);
      const status = run(model);
      if (status !== 'optimal') {
        throw new LossError(
          'UNSUPPORTED',
          `linear-program: there should be an optimum for these costs, got status ${status}`,
        );
      }
      out.set(model.getSolution().colValue);
      for (const j of params.integers) out[j] = Math.round(out[j]);
      return withoutOverflow(out.reduce((sum, w, j) => sum + w * costs[j], 0), costs, out);
    };
    models.register(solve, model);
    return { sense: params.sense, inputs: m, outputs: () => m, solve };
  },

  sample({ constraints }, rng, rows) {
    const costs = zeros(rows, constraints[0].coefficients.length);
    for (let k = 0; k < costs.data.length; k++) costs.data[k] = rng.uniform();
    return costs;
  },
});

/** Frees what a model holds in WebAssembly memory once its `solve` can no longer be called. */
const models = new FinalizationRegistry<Model>((model) => model.dispose());

function createModel(params: LinearProgramParams, m: number): Model {
  const data = modelData(params, m);
  const model = highs().createModel();
  try {
    model.options.set({
      output_flag: false,
      presolve: params.integers.length > 0 ? 'choose' : 'off',
      mip_rel_gap: 0,
      mip_abs_gap: 1e-9,
    });
    model.passModel(data);
    const status = run(model);
    if (status !== 'optimal') throw new Error(`status ${status} for costs of 0`);
    return model;
  } catch (cause) {
    model.dispose();
    throw new LossError(
      'PARAMS',
      `linear-program: params should be a program that has feasible points, got ${(cause as Error).message}`,
      { cause },
    );
  }
}

function modelData({ sense, constraints, lower, upper, integers }: LinearProgramParams, m: number): ModelData {
  const k = constraints.findIndex(({ coefficients }) => coefficients.length !== m);
  if (k > 0) {
    throw new LossError(
      'PARAMS',
      `linear-program: params/constraints/${k} should have ${m} coefficients like the first, got ${
        constraints[k].coefficients.length
      }`,
    );
  }
  const beyond = integers.find((j) => j >= m);
  if (beyond !== undefined) {
    throw new LossError('PARAMS', `linear-program: params/integers should be below ${m}, got ${beyond}`);
  }
  const { objectiveSense, variableType } = highs().constants;
  const n = constraints.length;
  return {
    numCols: m,
    numRows: n,
    sense: sense === 'minimise' ? objectiveSense.minimize : objectiveSense.maximize,
    colCost: new Float64Array(m),
    colLower: new Float64Array(m).fill(lower),
    colUpper: new Float64Array(m).fill(upper),
    rowLower: constraints.map((constraint) => constraint.lower ?? -Infinity),
    rowUpper: constraints.map((constraint) => constraint.upper ?? Infinity),
    matrix: {
      format: 'csr',
      numRows: n,
      numCols: m,
      starts: Int32Array.from({ length: n + 1 }, (_, row) => row * m),
      indices: Int32Array.from({ length: n * m }, (_, entry) => entry % m),
      values: Float64Array.from(constraints.flatMap(({ coefficients }) => coefficients)),
    },
    ...(integers.length > 0 &&
      {
        integrality: Int32Array.from(
          { length: m },
          (_, j) => (integers.includes(j) ? variableType.integer : variableType.continuous),
        ),
      }),
  };
}

/** The name of the status in which HiGHS ends. */
function run(model: Model): string {
  if (model.raw.run().status === highs().constants.status.error) return 'error';
  const status = model.getModelStatus();
  return Object.entries(highs().constants.modelStatus).find(([, code]) => code === status)![0];
}
