import { grow, layOut, take } from '../shared/memory';

/** Uniform numbers, and their quantiles. */
export let values: usize = 0;
export let quantiles: usize = 0;
/** What is added to each row of numbers. */
export let centre: usize = 0;
/** int32: which are put aside for later; one is written past the last. */
export let places: usize = 0;

/** For at most `count` numbers; whether there was the memory. */
export function allocate(count: i32): bool {
  layOut();
  values = take<f64>(count);
  quantiles = take<f64>(count);
  centre = take<f64>(count);
  places = take<i32>(count + 1);
  return grow();
}
