/** Arrays by length, all free again after `reset`, so that a step that repeats the last one allocates none. */
export interface Arena {
  /** Contents are those of its last use. */
  float64(length: number): Float64Array;
  int32(length: number): Int32Array;
  zeros(length: number): Float64Array;
  /** Takes every array back; `forget` lets go of them, for steps of another size. */
  reset(forget: boolean): void;
}

export function createArena(): Arena {
  const floats = createPool((length) => new Float64Array(length));
  const integers = createPool((length) => new Int32Array(length));
  return {
    float64: floats.take,
    int32: integers.take,
    zeros: (length) => floats.take(length).fill(0),
    reset(forget) {
      floats.reset(forget);
      integers.reset(forget);
    },
  };
}

function createPool<A>(make: (length: number) => A) {
  const byLength = new Map<number, { readonly arrays: A[]; used: number }>();
  return {
    take(length: number): A {
      let shelf = byLength.get(length);
      if (!shelf) byLength.set(length, shelf = { arrays: [], used: 0 });
      return (shelf.arrays[shelf.used++] ??= make(length));
    },
    reset(forget: boolean): void {
      if (forget) byLength.clear();
      else for (const shelf of byLength.values()) shelf.used = 0;
    },
  };
}
