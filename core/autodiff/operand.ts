import type { Batch } from '../batch.js';
import { LossError } from '../errors.js';
import { type Recording, type Shape, shapeError, type Var } from './recording.js';

/**
 * What operations take beside Vars, all constant: a number; a vector of k entries that all samples share; or one row of
 * k entries a sample, as nested arrays or a Batch.
 */
export type Constant = number | ArrayLike<number> | readonly ArrayLike<number>[] | Batch;
export type Operand = Var | Constant;

/** A constant as a Var of the same recording as `like`. The data of a Batch is not copied: leave it as it is. */
export function constant(like: Var, value: Constant): Var {
  return toVar(like.recording, 'constant', value);
}

/** The same values without their derivatives. */
export function detach(x: Var): Var {
  return x.recording.constant(x, x.value);
}

/** All operands as Vars of the one recording that they have in common. */
export function toVars<Operands extends readonly Operand[]>(
  name: string,
  ...operands: Operands
): { [K in keyof Operands]: Var } {
  const recording = operands.find(isVar)?.recording;
  if (!recording) {
    throw new LossError(
      'UNSUPPORTED',
      `${name}: expected a Var among the operands, got constants alone (see \`constant\`)`,
    );
  }
  return operands.map((operand) => toVar(recording, name, operand)) as { [K in keyof Operands]: Var };
}

function toVar(recording: Recording, name: string, operand: Operand): Var {
  if (isVar(operand)) {
    if (operand.recording === recording) return operand;
    throw new LossError(
      'UNSUPPORTED',
      `${name}: expected Vars of one call of the program, got one that was kept from another`,
    );
  }
  if (typeof operand === 'number') {
    return recording.constant({ rows: 1, cols: 1 }, recording.arena.float64(1).fill(operand));
  }
  const batch = isBatch(operand) ? operand : copyRows(recording, name, isNested(operand) ? operand : [operand]);
  if (batch.rows !== recording.rows && batch.rows !== 1) {
    throw shapeError(name, `a constant with ${recording.rows} rows, one a sample, or 1`, batch);
  }
  if (batch.data.length !== batch.rows * batch.cols) {
    throw shapeError(name, `a Batch of ${batch.data.length} entries, as many as its data`, batch);
  }
  return recording.constant(batch, batch.data);
}

function copyRows({ arena }: Recording, name: string, rows: readonly ArrayLike<number>[]): Batch {
  const cols = rows[0].length;
  const data = arena.float64(rows.length * cols);
  rows.forEach((values, i) => {
    if (values.length !== cols) {
      throw shapeError(name, `${cols} entries in row ${i} of a constant, as in row 0`, {
        rows: 1,
        cols: values.length,
      });
    }
    data.set(values, i * cols);
  });
  return { rows: rows.length, cols, data };
}

function isVar(operand: Operand): operand is Var {
  return typeof operand === 'object' && 'recording' in operand;
}

function isBatch(operand: ArrayLike<number> | readonly ArrayLike<number>[] | Batch): operand is Batch {
  return 'data' in operand;
}

function isNested(operand: ArrayLike<number> | readonly ArrayLike<number>[]): operand is readonly ArrayLike<number>[] {
  return typeof operand[0] === 'object';
}

/** The shape of an elementwise result: equal columns, or one column that is repeated. */
export function broadcast(name: string, a: Shape, b: Shape): Shape {
  if (a.cols !== b.cols && a.cols !== 1 && b.cols !== 1) throw shapeError(name, 'equal numbers of columns, or 1', a, b);
  return { rows: Math.max(a.rows, b.rows), cols: a.cols === 1 ? b.cols : a.cols };
}

/** From one row to the next in an array of this shape, and from one column to the next: 0 where it is repeated. */
export function rowStep({ rows, cols }: Shape): number {
  return rows === 1 ? 0 : cols;
}

export function colStep({ cols }: Shape): number {
  return cols === 1 ? 0 : 1;
}
