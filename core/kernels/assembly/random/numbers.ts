import { grow, layOut, take } from '../shared/memory';

/** The numbers that are made, or transformed. */
export let values: usize = 0;
/** Those put aside for later, and int32 where they belong; one is written past the last. */
export let tails: usize = 0;
export let places: usize = 0;

/** For at most `count` numbers; whether there was the memory. */
export function allocate(count: i32): bool {
  layOut();
  values = take<f64>(count);
  tails = take<f64>(count + 1);
  places = take<i32>(count + 1);
  return grow();
}
