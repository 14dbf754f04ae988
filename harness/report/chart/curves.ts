/** What figures are drawn from, in the page as before it: plain data, rounded to six digits. */
export interface Curves {
  /** What evaluations are on: `test`. */
  readonly split: string;
  readonly metrics: readonly { readonly name: string; readonly share: boolean }[];
  readonly variants: readonly string[];
  readonly runs: readonly CurveRun[];
  /** What runs have in the place of steps, where they are not curves of learning. */
  readonly parameter?: Parameter;
}

/** A setting that runs differ in. */
export interface Parameter {
  /** `newton.lambda` */
  readonly name: string;
  /** Whether its axis is logarithmic. */
  readonly log: boolean;
  /** So many variants, the first ones, do not depend on it: theirs are levels from its least value to its greatest. */
  readonly levels: number;
}

type Column = readonly (number | null)[];

export interface CurveRun {
  /** Index into `Curves.variants`. */
  readonly variant: number;
  readonly seed: number;
  readonly failed: boolean;
  readonly evaluations: {
    readonly step: readonly number[];
    /** Of training, without evaluations. */
    readonly seconds: readonly number[];
    /** By metric; null where it was not measured. */
    readonly metrics: readonly Column[];
  };
  /** By logging interval; null where a number was not finite. */
  readonly training: {
    readonly step: readonly number[];
    readonly seconds: readonly number[];
    readonly loss: Column;
    readonly gradientNorm: Column;
    readonly explosions: readonly number[];
  };
}
