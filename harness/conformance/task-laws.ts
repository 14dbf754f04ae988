import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import { compileSchema, explain } from '../../core/schema.js';
import { type Check, defineCheck, needing } from '../../conformance/check.js';
import { titleAndParameters } from '../../conformance/contract.js';
import type { HeldOut, OpenTask } from '../tasks/index.js';
import { batchText, evaluation, type Opening, projection, splits, type TaskSubject } from './task-subject.js';

const define = defineCheck<TaskSubject>;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

/** What lines of metrics.jsonl have besides metrics. */
const OF_THE_LOG = ['kind', 'step', 'split', 'samples', 'final'];

const contract = [
  ...titleAndParameters<TaskSubject>(),
  define({
    name: 'metrics',
    law: 'There are metrics, each with its meaning, and the first is a share of which more is better.',
    test({ plugin }, fail) {
      const metrics = Object.entries(plugin.metrics);
      for (const [name, { meaning, better, kind }] of metrics) {
        if (OF_THE_LOG.includes(name)) fail({ what: 'name of a metric', expected: 'none of the log', got: name });
        if (!meaning?.trim()) fail({ what: `meaning of ${name}`, expected: 'text', got: meaning });
        if (!['larger', 'smaller'].includes(better)) {
          fail({ what: `better of ${name}`, expected: 'larger or smaller', got: better });
        }
        if (!['share', 'number'].includes(kind)) {
          fail({ what: `kind of ${name}`, expected: 'share or number', got: kind });
        }
      }
      const [first] = metrics.map(([, { better, kind }]) => `a ${kind}, ${better} is better`);
      const expected = 'a share, larger is better';
      if (first !== expected) fail({ what: 'the first metric', expected, got: first });
    },
  }),
  define({
    name: 'open',
    law: 'open() gives the shape of a sample, the number of outputs, and where the data comes from.',
    needs: ['params-defaults'],
    test({ opened }, fail) {
      const { input, outputs, source } = opened();
      if (!Array.isArray(input) || input.length === 0 || !input.every(isCount)) {
        fail({ what: 'input', expected: 'a shape', got: input });
      }
      if (!isCount(outputs)) fail({ what: 'outputs', expected: 'an integer of at least 1', got: outputs });
      if (!source?.trim()) fail({ what: 'source', expected: 'text', got: source });
    },
  }),
  define({
    name: 'open-aborted',
    law: 'open() rejects with the reason of a signal that is aborted.',
    needs: ['open'],
    test({ aborted: { reason, rejection } }, fail) {
      if (rejection !== reason) fail({ what: 'what open() rejected with', expected: reason, got: rejection });
    },
  }),
  define({
    name: 'digests',
    law: 'Digests are SHA-256 in hexadecimal, the same whenever the task is opened, from any seed.',
    needs: ['open'],
    test({ opened }, fail) {
      const { digests = {} } = opened();
      for (const [part, digest] of Object.entries(digests)) {
        if (!/^[0-9a-f]{64}$/.test(digest)) fail({ what: `digest of ${part}`, expected: 'SHA-256', got: digest });
      }
      for (const which of ['again', 'other seed'] as const) {
        const got = JSON.stringify(opened(which).digests ?? {});
        if (got !== JSON.stringify(digests)) fail({ what: `digests, opened ${which}`, expected: digests, got });
      }
    },
  }),
];

/** Batches that are asked for: step and size. */
const ASKED = [[1, 1], [1, 3], [2, 3], [7, 2]] as const;

const batches = [
  define({
    name: 'batch',
    law: 'batch(step, size) gives x (size, ...input) of finite float32 and as many targets.',
    test({ opened }, fail) {
      const task = opened();
      for (const [step, size] of ASKED) {
        const { x, targets } = task.batch(step, size);
        const [shape, type, values] = [x.shape.join(', '), x.dtype, x.dataSync()];
        x.dispose();
        const what = `of batch(${step}, ${size})`;
        const expected = [size, ...task.input].join(', ');
        if (shape !== expected) fail({ what: `shape of x ${what}`, expected, got: shape });
        if (type !== 'float32') fail({ what: `type of x ${what}`, expected: 'float32', got: type });
        const index = Array.from(values).findIndex((value) => !Number.isFinite(value));
        if (index >= 0) fail({ what: `x ${what}`, index, expected: 'a finite number', got: values[index] });
        if (targets.length !== size) fail({ what: `targets ${what}`, expected: size, got: targets.length });
      }
    },
  }),
  define({
    name: 'targets',
    law: 'Every target fits the schema of targets.',
    needs: ['batch'],
    test({ plugin, opened }, fail) {
      const valid = compileSchema(plugin.target);
      for (const [step, size] of ASKED) {
        const { x, targets } = opened().batch(step, size);
        x.dispose();
        targets.forEach((target, sample) => {
          if (!valid(target)) fail({ what: explain(valid, 'target'), sample, expected: plugin.target, got: target });
        });
      }
    },
  }),
  define({
    name: 'batch-pure',
    law: 'A batch is a function of seed, step and size alone, whatever was asked for before.',
    needs: ['batch'],
    test({ opened }, fail) {
      const texts = ASKED.map(([step, size]) => batchText(opened(), step, size));
      evaluation(opened(), 'test', 1);
      for (const which of ['again', 'first'] as const) {
        [...ASKED.entries()].reverse().forEach(([k, [step, size]]) => {
          const got = batchText(opened(which), step, size);
          if (got === texts[k]) return;
          fail({ what: `batch(${step}, ${size}), asked for in another order`, expected: texts[k], got });
        });
      }
    },
  }),
  define({
    name: 'batch-seeded',
    law: 'Another seed gives other batches.',
    needs: ['batch-pure'],
    test({ opened }, fail) {
      const [one, other] = (['first', 'other seed'] as const).map((which) =>
        ASKED.map(([step, size]) => batchText(opened(which), step, size)).join()
      );
      if (one === other) fail({ what: 'batches of two seeds', expected: 'others', got: 'the same' });
    },
  }),
  define({
    name: 'batch-owned',
    law: "A batch is the caller's: what becomes of its targets changes no other.",
    needs: ['batch-pure'],
    test({ opened }, fail) {
      const expected = batchText(opened(), 1, 3);
      const { x, targets } = opened().batch(1, 3);
      x.dispose();
      for (const target of targets) if (Array.isArray(target)) target.fill(-1);
      const got = batchText(opened(), 1, 3);
      if (got !== expected) fail({ what: 'batch(1, 3), asked for again', expected, got });
    },
  }),
];

/** With which seeds and at which steps held-out sets are those of the first seed at step 1, and where they are not. */
const HELD_OUT: {
  readonly [K in HeldOut]: Readonly<Record<'same' | 'others', readonly (readonly [Opening, number])[]>>;
} = {
  frozen: { same: [['first', 1], ['again', 2], ['other seed', 1]], others: [] },
  seeded: { same: [['first', 1], ['again', 2]], others: [['other seed', 1]] },
  streamed: { same: [['first', 1], ['again', 1]], others: [['first', 2], ['other seed', 1]] },
};

const evaluations = [
  define({
    name: 'evaluation',
    law: 'evaluate() gives the metrics that are declared, in their order, as finite numbers.',
    test({ plugin, opened }, fail) {
      const expected = Object.keys(plugin.metrics);
      for (const split of splits) {
        const { metrics } = evaluation(opened(), split, 1);
        const got = Object.keys(metrics);
        if (got.join() !== expected.join()) fail({ what: `metrics of ${split}`, expected, got });
        for (const [name, value] of Object.entries(metrics)) {
          if (!Number.isFinite(value)) fail({ what: `${name} of ${split}`, expected: 'a finite number', got: value });
        }
      }
    },
  }),
  define({
    name: 'evaluation-inputs',
    law: 'What evaluate() shows to the network is x (N, ...input).',
    test({ opened }, fail) {
      const task = opened();
      const predict = projection(task);
      for (const split of splits) {
        task.evaluate(
          (x) => {
            const [got, expected] = [x.shape.slice(1).join(', '), task.input.join(', ')];
            if (got !== expected) fail({ what: `shape of a sample of ${split}`, expected, got });
            return predict(x);
          },
          split,
          1,
        );
      }
    },
  }),
  define({
    name: 'held-out',
    law: 'Held-out sets are frozen, seeded or streamed, as is declared.',
    needs: ['evaluation'],
    test({ opened }, fail) {
      const { heldOut = 'frozen' } = opened();
      if (!Object.hasOwn(HELD_OUT, heldOut)) {
        fail({ what: 'heldOut', expected: Object.keys(HELD_OUT).join(', '), got: heldOut });
      }
      for (const split of splits) {
        const expected = evaluation(opened(), split, 1).seen;
        for (const [relation, places] of Object.entries(HELD_OUT[heldOut])) {
          for (const [which, step] of places) {
            const same = evaluation(opened(which), split, step).seen === expected;
            if (same === (relation === 'same')) continue;
            const what = `sets of ${split} (${heldOut}), opened ${which}, at step ${step}`;
            fail({ what, expected: relation, got: same ? 'the same' : 'others' });
          }
        }
      }
    },
  }),
  define({
    name: 'validation',
    law: 'Validation sets are others than test sets, unless the task says that it has none.',
    needs: ['evaluation'],
    test({ plugin: { validation = true }, opened }, fail) {
      if (!validation) return;
      const [one, other] = splits.map((split) => evaluation(opened(), split, 1).seen);
      if (one === other) fail({ what: 'sets of validation', expected: 'others than those of test', got: 'the same' });
    },
  }),
  define({
    name: 'evaluation-repeats',
    law: 'The same network has the same metrics, whatever was asked for before.',
    needs: ['evaluation'],
    test({ opened }, fail) {
      const texts = (which: Opening): string[] =>
        splits.map((split) => JSON.stringify(evaluation(opened(which), split, 1).metrics));
      const [expected, got] = [texts('first'), texts('again')];
      if (got.join() !== expected.join()) fail({ what: 'metrics', expected, got });
    },
  }),
  define({
    name: 'evaluation-nonfinite',
    law: 'An output that is not finite is a NONFINITE error.',
    needs: ['evaluation'],
    test({ opened }, fail) {
      const { outputs } = opened();
      const predict = (x: tf.Tensor): tf.Tensor2D => tf.fill<tf.Rank.R2>([x.shape[0], outputs], NaN);
      const got = outcomeOf(() => tf.tidy(() => void opened().evaluate(predict, 'test', 1)));
      if (got !== 'NONFINITE') fail({ what: 'evaluate() with outputs NaN', expected: 'NONFINITE', got });
    },
  }),
  define({
    name: 'drawing',
    law: 'draw(), where there is one, gives an SVG without ids, the same for the same network.',
    needs: ['evaluation'],
    test({ opened }, fail) {
      const [one, other] = (['first', 'again'] as const).map((which) => drawingOf(opened(which)));
      if (one !== other) fail({ what: 'draw()', expected: one, got: other });
      if (one === undefined) return;
      if (!/^\s*<svg[\s>]/.test(one) || /\sid=/.test(one)) {
        fail({ what: 'draw()', expected: '<svg ...> without ids', got: one.slice(0, 100) });
      }
    },
  }),
];

const tensors = [
  define({
    name: 'tensors',
    law: 'A batch is one tensor, x, and evaluate() and draw() leave none, neither x nor outputs.',
    needs: ['batch', 'evaluation'],
    test({ opened }, fail) {
      const task = opened();
      const left = (act: () => unknown): number => {
        const before = tf.memory().numTensors;
        act();
        return tf.memory().numTensors - before;
      };
      let x: tf.Tensor | undefined;
      const made = left(() => (x = task.batch(3, 2).x));
      x!.dispose();
      if (made !== 1) fail({ what: 'tensors that batch() makes', expected: 1, got: made });
      for (const split of splits) {
        const got = left(() => task.evaluate(projection(task), split, 1));
        if (got !== 0) fail({ what: `tensors that evaluate() leaves of ${split}`, expected: 0, got });
      }
      const got = left(() => drawingOf(task));
      if (got !== 0) fail({ what: 'tensors that draw() leaves', expected: 0, got });
    },
  }),
];

function drawingOf(task: OpenTask): string | undefined {
  return task.draw?.(projection(task));
}

/** The code of the LossError that it throws, or what it does instead. */
function outcomeOf(act: () => void): string {
  try {
    act();
    return 'no error';
  } catch (error) {
    return error instanceof LossError ? error.code : String(error);
  }
}

/** Every law of tasks, in the order in which it is best to repair them: a law needs earlier ones alone. */
export const taskChecks: readonly Check<TaskSubject>[] = [
  ...contract,
  ...needing(['open'], [...batches, ...evaluations, ...tensors]),
];
