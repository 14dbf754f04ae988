import { expect } from 'chai';
import * as ops from '../../../core/autodiff/index.js';
import { type Operand, type Program, type Var, createTape } from '../../../core/autodiff/index.js';
import { type Batch, batchOf, row, zeros } from '../../../core/batch.js';
import { LossError } from '../../../core/errors.js';
import { createRng } from '../../../core/random/rng.js';

const { add, concat, dot, exp, gather, log, multiply, slice, softmin, sort, sqrt, square, subtract, sum } = ops;

function randomBatch(seed: number, rows: number, cols: number): Batch {
  const rng = createRng(seed);
  const batch = zeros(rows, cols);
  for (let k = 0; k < batch.data.length; k++) batch.data[k] = rng.normal();
  return batch;
}

/** Touches every kind of array that operations take from the arena, with a constant row a sample. */
function mixed(constants: Operand, order: ops.Indices): Program {
  return (y) => {
    const nearest = dot(softmin(square(subtract(y, constants))), sort(y));
    return add(nearest, ops.logsumexp(ops.max(gather(y, order), ops.tanh(concat(slice(y, 1, y.cols), nearest)))));
  };
}

describe('createTape', () => {
  it('gives value, gradient, Hessian and products of every sample', () => {
    const e = createTape().record(batchOf([[1, 2], [3, -1]]), (y) => multiply(slice(y, 0, 1), square(slice(y, 1, 2)))); // y_0 y_1^2
    expect([...e.value]).to.deep.equal([4, 3]);
    expect(e.gradient()).to.deep.equal(batchOf([[4, 4], [1, -6]]));
    expect(e.hessian().blocks()).to.deep.equal(batchOf([[0, 4, 4, 2], [0, -2, -2, 6]]));
    expect(e.hessian().times(batchOf([[1, 1], [1, 0]]))).to.deep.equal(batchOf([[4, 6], [0, -2]]));
  });

  it('gives a sample in a batch the same bits as alone', () => {
    const [y, t] = [randomBatch(1, 5, 4), randomBatch(2, 5, 4)];
    const orders = Array.from({ length: 5 }, (_, i) => [i % 4, 3, 0, 1]);
    const together = createTape().record(y, mixed(t, orders));
    for (let i = 0; i < 5; i++) {
      const alone = createTape().record(batchOf([row(y, i)]), mixed([row(t, i)], [orders[i]]));
      expect(alone.value[0]).to.equal(together.value[i]);
      expect([...alone.gradient().data]).to.deep.equal([...row(together.gradient(), i)]);
      expect([...alone.hessian().blocks().data]).to.deep.equal([...row(together.hessian().blocks(), i)]);
    }
  });

  it('takes a constant as numbers, nested arrays and a Batch', () => {
    const y = randomBatch(3, 2, 3);
    const value = (c: Operand): number[] => [...createTape().record(y, (Y) => dot(Y, c)).value];
    const shared = [0.5, -1, 2];
    expect(value([shared, shared])).to.deep.equal(value(shared));
    expect(value(batchOf([shared, shared]))).to.deep.equal(value(shared));
    expect(value(batchOf([shared]))).to.deep.equal(value(shared));
    expect(value([[2], [2]])).to.deep.equal(value(2));
  });

  it('looks up a shared constant by indices of each sample, and puts it there', () => {
    const table = [10, 20, 30];
    const y = batchOf([[1, 2], [3, 4]]);
    const e = createTape().record(y, (Y) => dot(gather(ops.constant(Y, table), [[2, 0], [1, 1]]), Y));
    expect([...e.value]).to.deep.equal([50, 140]);
    expect(e.gradient()).to.deep.equal(batchOf([[30, 10], [20, 20]]));
    const placed = createTape().record(y, (Y) => dot(ops.scatter(ops.constant(Y, [1, 2]), [[1, 0], [1, 1]], 2), Y));
    expect(placed.gradient()).to.deep.equal(batchOf([[2, 1], [0, 3]]));
  });

  it('keeps an evaluation valid while later ones use its memory', () => {
    const tape = createTape();
    const program = mixed(randomBatch(2, 3, 4), [2, 1, 3, 0]);
    const [a, b, v] = [randomBatch(4, 3, 4), randomBatch(5, 3, 4), randomBatch(6, 3, 4)];
    const all = (e: ops.ProgramEvaluation): unknown => {
      const H = e.hessian();
      return [e.value, H.times(v), e.gradient(), H.blocks(), H.mean(), H.times(v)];
    };
    const [expectedA, expectedB] = [all(createTape().record(a, program)), all(createTape().record(b, program))];
    const first = tape.record(a, program);
    const second = tape.record(b, program);
    expect(all(first)).to.deep.equal(expectedA);
    expect(all(second)).to.deep.equal(expectedB);
    expect(all(first)).to.deep.equal(expectedA);
  });

  it('survives a program that throws', () => {
    const tape = createTape();
    const y = randomBatch(7, 2, 3);
    const e = tape.record(y, (Y) => sum(exp(Y)));
    const failing = (): unknown =>
      tape.record(y, (Y) => {
        square(Y);
        throw new RangeError('on purpose');
      });
    expect(failing).to.throw(RangeError);
    expect([...e.gradient().data]).to.deep.equal([...y.data.map(Math.exp)]);
  });

  it('hands out arrays that the caller may change', () => {
    const e = createTape().record(randomBatch(8, 2, 3), (y) => sum(exp(y)));
    for (const result of [e.gradient, () => e.hessian().blocks(), () => e.hessian().times(e.gradient())]) {
      const before = result().data.slice();
      result().data.fill(NaN);
      expect(result().data).to.deep.equal(before);
    }
  });

  it('allocates nothing but results once a step has been like the last', () => {
    const tape = createTape();
    const program = mixed(batchOf([[0, 1, 2, 3]]), [2, 1, 3, 0]);
    const step = (y: Batch): void => {
      const e = tape.record(y, program);
      e.gradient();
      e.hessian().times(y);
      e.hessian().blocks();
    };
    const counts = [0, 1, 2, 3].map((seed) => randomBatch(seed, 3, 4)).map((y) => allocations(() => step(y)));
    expect(counts[0]).to.be.above(20);
    expect(counts.slice(1)).to.deep.equal([1, 1, 1]); // the Hessian; what else is handed out are slices, which are not counted
  });

  it('lets go of the memory of steps of another size', () => {
    const tape = createTape();
    const step = (rows: number): number => allocations(() => tape.record(zeros(rows, 4), mixed(0.3, [2, 1, 3, 0])));
    const [first, again, other, back] = [step(3), step(3), step(2), step(3)];
    expect([other, back]).to.deep.equal([first, first]);
    expect(again).to.be.below(first);
  });

  it('has no derivatives where the result does not depend on y', () => {
    const y = randomBatch(9, 2, 3);
    const e = createTape().record(y, (Y) => ops.constant(Y, [[1], [2]]));
    expect([...e.value]).to.deep.equal([1, 2]);
    for (const result of [e.gradient(), e.hessian().times(y), e.hessian().blocks()]) {
      expect(result.data.every((x) => x === 0)).to.equal(true);
    }
  });

  it('does not see infinite slopes of what is not used', () => {
    const e = createTape().record(batchOf([[0, 1]]), (y) => {
      sqrt(y);
      log(y);
      return sum(square(y));
    });
    expect([...e.gradient().data]).to.deep.equal([0, 2]);
    expect([...e.hessian().blocks().data]).to.deep.equal([2, 0, 0, 2]);
  });
});

describe('select', () => {
  it('takes rows from either operand, and on both sides of an operation spares samples its infinities', () => {
    const y = batchOf([[0, 2], [3, 4], [0, 1]]);
    const e = createTape().record(y, (Y) => {
      const inverse = ops.divide(1, ops.select([0, 1, 0], Y, ops.detach(Y)));
      return sum(square(ops.select([0, 1, 0], inverse, Y)));
    });
    expect([...e.value]).to.deep.equal([4, 1 / 9 + 1 / 16, 1]);
    expect(e.gradient()).to.deep.equal(batchOf([[0, 4], [-2 * (1 / 3) * (1 / 3 / 3), -2 / 64], [0, 2]]));
    const product = e.hessian().times(batchOf([[1, 1], [0, 1], [1, 1]])); // of 1 / y^2: 6 / y^4
    expect(product).to.deep.equal(batchOf([[2, 2], [0, 6 / 256], [2, 2]]));
  });

  it('takes shared constants and single columns', () => {
    const e = createTape().record(batchOf([[1], [2]]), (Y) => sum(multiply(Y, ops.select([1, 0], Y, [5, 6]))));
    expect([...e.value]).to.deep.equal([2, 22]);
    expect([...e.gradient().data]).to.deep.equal([4, 11]);
  });
});

describe('operations refuse', () => {
  const y = zeros(2, 6);
  const refused = (code: string, program: Program): void => {
    expect(() => createTape().record(y, program)).to.throw(LossError).with.property('code', code);
  };
  const total = (f: (y: Var) => Var): Program => (Y) => sum(f(Y));

  it('operands, indices and axes that do not fit (SHAPE)', () => {
    for (const f of [add, subtract, multiply, ops.divide, ops.min, ops.max]) {
      refused(
        'SHAPE',
        total((Y) => f(Y, slice(Y, 0, 2))),
      );
    }
    refused('SHAPE', total((Y) => add(Y, [1, 2])));
    refused('SHAPE', total((Y) => add(Y, zeros(3, 6))));
    refused('SHAPE', total((Y) => add(Y, { rows: 2, cols: 6, data: new Float64Array(3) })));
    refused('SHAPE', total((Y) => add(Y, [[1, 2, 3, 4, 5, 6], [1]])));
    for (const wrong of [[6], [-1], [0.5], [[0], [0], [0]], [[0, 1], [0]]]) {
      refused(
        'SHAPE',
        total((Y) => gather(Y, wrong)),
      );
    }
    refused('SHAPE', total((Y) => ops.scatter(Y, [0, 1], 2)));
    refused('SHAPE', total((Y) => ops.scatter(Y, [0, 1, 2, 3, 4, 5], 5)));
    for (const [start, end] of [[0, 7], [-1, 2], [3, 3], [0, 1.5]] as const) {
      refused(
        'SHAPE',
        total((Y) => slice(Y, start, end)),
      );
    }
    for (const f of [sum, ops.mean, ops.softmax, softmin, ops.logsumexp]) {
      refused('SHAPE', total((Y) => f(Y, { shape: [2, 2], axis: 0 })));
      refused('SHAPE', total((Y) => f(Y, { shape: [2, 3], axis: 2 })));
    }
    for (const chosen of [[1], [1, 0, 1]]) refused('SHAPE', total((Y) => ops.select(chosen, Y, 0)));
    refused('SHAPE', total((Y) => ops.select([1, 0], Y, [1, 2])));
    refused('SHAPE', total((Y) => ops.expand(Y, { shape: [2, 3], axis: 0 })));
  });

  it('results that are not one number a sample (SHAPE)', () => {
    refused('SHAPE', (Y) => Y);
    refused('SHAPE', (Y) => ops.constant(Y, 1));
  });

  it('Vars of another call, and constants alone (UNSUPPORTED)', () => {
    let kept: Var | undefined;
    const tape = createTape();
    const keeping: Program = (Y) => sum(kept ??= exp(Y));
    tape.record(y, keeping);
    expect(() => tape.record(y, keeping)).to.throw(LossError).with.property('code', 'UNSUPPORTED');
    refused('UNSUPPORTED', (Y) => sum(add(Y, kept!)));
    refused('UNSUPPORTED', () => exp(1));
  });
});

/** How many typed arrays `run` makes with `new`. */
function allocations(run: () => void): number {
  const originals = { Float64Array, Int32Array };
  let count = 0;
  const counting = <T extends new(...args: never[]) => object>(type: T): T =>
    new Proxy(type, {
      construct(target, args: never[]) {
        count++;
        return new target(...args);
      },
    });
  try {
    Object.assign(globalThis, { Float64Array: counting(Float64Array), Int32Array: counting(Int32Array) });
    run();
  } finally {
    Object.assign(globalThis, originals);
  }
  return count;
}
