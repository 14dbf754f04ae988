/**
 * In place of ajv, by an alias of the bundler, where all schemas are compiled beforehand: those of built-in losses are,
 * those of your own by `newton-losses schemas`.
 */
export class Ajv {
  compile(): never {
    throw new EvalError('ajv was left out of this bundle');
  }
}
