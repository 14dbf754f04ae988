/** Words of the board on which is written what the threads are to compute. */
const [GENERATION, LEFT, FAILED, KERNEL, COUNT, SCRATCH, STRIDE, LENGTH, ARGUMENTS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const WORDS = 64;

/** Computes the parts `first` to `end` of a result, by scratch memory of its own. */
export type PartialKernel = (first: number, end: number, scratch: number, ...args: readonly number[]) => void;

/** The board that threads share, with as many helpers beside the main one. */
export interface Board {
  readonly words: Int32Array;
  readonly helpers: number;
}

export function createBoard(helpers: number): Board {
  return { words: new Int32Array(new SharedArrayBuffer(4 * WORDS)), helpers };
}

/**
 * Computes all `count` parts of what kernel `index` of a list computes, a share on each thread, with `stride` bytes of
 * scratch memory for each. The parts are the same, to the bit, whoever computes them.
 */
export function computeTogether(
  { words, helpers }: Board,
  kernels: readonly PartialKernel[],
  index: number,
  count: number,
  [scratch, stride]: readonly [scratch: number, stride: number],
  args: readonly number[],
): void {
  words.set([index, count, scratch, stride, args.length, ...args], KERNEL);
  Atomics.store(words, LEFT, helpers);
  Atomics.add(words, GENERATION, 1);
  Atomics.notify(words, GENERATION);
  computeShare(words, kernels, 0, helpers + 1);
  for (let left = helpers; left > 0; left = Atomics.load(words, LEFT)) Atomics.wait(words, LEFT, left);
  if (words[FAILED] !== 0) throw new Error('a kernel of the wasm backend failed on another thread');
}

/** What helper 1, 2, ... does all its life. */
export function help({ words, helpers }: Board, kernels: readonly PartialKernel[], helper: number): never {
  for (let generation = 0;; generation++) {
    Atomics.wait(words, GENERATION, generation);
    try {
      computeShare(words, kernels, helper, helpers + 1);
    } catch {
      words[FAILED] = 1;
    }
    if (Atomics.sub(words, LEFT, 1) === 1) Atomics.notify(words, LEFT);
  }
}

function computeShare(words: Int32Array, kernels: readonly PartialKernel[], share: number, shares: number): void {
  const count = words[COUNT];
  const [first, end] = [share, share + 1].map((k) => Math.floor((count * k) / shares));
  if (first === end) return;
  const args = words.subarray(ARGUMENTS, ARGUMENTS + words[LENGTH]);
  kernels[words[KERNEL]](first, end, words[SCRATCH] + share * words[STRIDE], ...args);
}
