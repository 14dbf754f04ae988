import { expect } from 'chai';
import { createTape, sum, type Var } from '../../../core/autodiff/index.js';
import { type Batch, batchOf, row, takeRows } from '../../../core/batch.js';
import { LossError } from '../../../core/errors.js';

/** What a program gives for each row of y, row by row. */
export function rowsOf(y: readonly (readonly number[])[], program: (y: Var) => Var): number[][] {
  let rows: number[][] = [];
  createTape().record(batchOf(y), (Y) => {
    const x = program(Y);
    rows = Array.from({ length: y.length }, (_, i) => [...row({ ...x, data: x.value }, x.rows === 1 ? 0 : i)]);
    return sum(Y);
  });
  return rows;
}

/** Expects equal rows, up to an error that sums and products of a few numbers of moderate size may have. */
export function expectRows(
  got: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  error = 1e-14,
): void {
  expect(got.length).to.equal(expected.length);
  got.forEach((entries, i) => {
    expect(entries.length).to.equal(expected[i].length);
    entries.forEach((entry, j) => expect(entry, `row ${i}, column ${j}`).to.be.closeTo(expected[i][j], error));
  });
}

/** Expects value, gradient and product of each row alone to be those in the batch, bit for bit. */
export function expectRowsAlone(
  y: Batch,
  program: (y: Var, targets: readonly number[][]) => Var,
  targets: readonly number[][] = [],
): void {
  const results = (batch: Batch, t: readonly number[][]): Batch[] => {
    const e = createTape().record(batch, (Y) => program(Y, t));
    return [{ rows: batch.rows, cols: 1, data: e.value }, e.gradient(), e.hessian().times(batch)];
  };
  const together = results(y, targets);
  for (let i = 0; i < y.rows; i++) {
    results(takeRows(y, [i]), targets.slice(i, i + 1)).forEach((alone, k) =>
      expect(alone).to.deep.equal(takeRows(together[k], [i]))
    );
  }
}

export function expectRefused(code: string, program: (y: Var) => Var): void {
  expect(() => rowsOf([[1, 2], [3, 4]], program)).to.throw(LossError).with.property('code', code);
}
