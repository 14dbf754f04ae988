import * as tf from '@tensorflow/tfjs-core';
import { MOST_THREADS } from '../../core/algorithms/pool.js';
import { LossError } from '../../core/errors.js';
import { registerGradients } from './gradients/index.js';
import { notInstalled } from './not-installed.js';
import { setBackend } from './set-backend.js';

/** How one tfjs backend comes to run. */
export interface Starter {
  /** Not tried by 'auto'. */
  readonly byNameOnly?: true;
  /** Makes the backend current and returns the threads that it runs on, or throws. */
  start(threads: number | undefined): Promise<number>;
  /** UNSUPPORTED where the backend runs already, on another number of threads. */
  checkThreads?(threads: number | undefined): void;
  /** Whether kernels of ours run with fused multiply-adds. */
  hasFma?(): Promise<boolean>;
}

/** Backends by name, best first of those that 'auto' tries. */
export type Starters<Name extends string> = Readonly<Record<Name, Starter>>;

export interface BackendInfo<Name extends string = string> {
  readonly name: Name;
  /** Of tfjs. */
  readonly version: string;
  /** Those that it runs on. */
  readonly threads: number;
  /** Whether WebAssembly runs with SIMD; always false on the other backends. */
  readonly simd: boolean;
  /** Whether our kernels for WebAssembly run with fused multiply-adds, which round once; always false on the others. */
  readonly fma: boolean;
  /** The better backends and why they were not used, best first. */
  readonly passedOver: readonly { readonly backend: Name; readonly reason: string }[];
}

/**
 * Makes a tfjs backend the current one: with 'auto' the best that works, saying why the better ones do not; a backend
 * asked for by name works or is an UNSUPPORTED error. One that works has computed something small. Registers the
 * gradients that networks need. After an error the current backend is as before.
 */
export async function startBackend<Name extends string>(
  starters: Starters<Name>,
  choice: 'auto' | Name,
  threads: number | undefined,
): Promise<BackendInfo<Name>> {
  checkChoice(starters, choice, threads);
  const current = tf.getBackend();
  try {
    return await startFirst(starters, choice === 'auto' ? namesOf(starters) : [choice], threads);
  } catch (error) {
    if (current) await tf.setBackend(current);
    throw error;
  }
}

/** Those that 'auto' tries, best first. */
export function namesOf<Name extends string>(starters: Starters<Name>): Name[] {
  return (Object.keys(starters) as Name[]).filter((name) => !starters[name].byNameOnly);
}

async function startFirst<Name extends string>(
  starters: Starters<Name>,
  names: readonly Name[],
  threads: number | undefined,
): Promise<BackendInfo<Name>> {
  const passedOver: { backend: Name; reason: string }[] = [];
  for (const name of names) {
    starters[name].checkThreads?.(threads);
    const trial = await tryStarter(starters[name], threads);
    if ('threads' in trial) {
      registerGradients();
      const simd = name === 'wasm' && (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
      const fma = (await starters[name].hasFma?.()) ?? false;
      return { name, version: tf.version_core, threads: trial.threads, simd, fma, passedOver };
    }
    passedOver.push({ backend: name, reason: trial.reason });
  }
  const reasons = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  throw new LossError('UNSUPPORTED', `useBackend: expected a tfjs backend that works here, got ${reasons}`);
}

function checkChoice(starters: Starters<string>, choice: string, threads = 1): void {
  if (choice !== 'auto' && !Object.hasOwn(starters, choice)) {
    throw new LossError(
      'UNSUPPORTED',
      `useBackend: expected auto, ${Object.keys(starters).join(', ')}, got ${JSON.stringify(choice)}`,
    );
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    const expected = `an integer from 1 to ${MOST_THREADS}`;
    throw new LossError('UNSUPPORTED', `useBackend: threads should be ${expected}, got ${threads}`);
  }
}

/** What came of it: the threads that the backend runs on, or why it does not work. */
export type Trial = { readonly threads: number } | { readonly reason: string };

/**
 * Makes the backend current and returns its threads, or why it does not work, in one line: an optional package can be
 * absent or broken in many ways.
 */
export async function tryStarter({ start }: Starter, threads: number | undefined): Promise<Trial> {
  tf.enableProdMode(); // no advice on the console
  try {
    const running = await start(threads);
    computeSomething();
    return { threads: running };
  } catch (error) {
    return { reason: inOneLine(error) };
  }
}

/**
 * The whole message: what to do about it is often said last. The list of modules that asked for a lost one says nothing
 * to users.
 */
function inOneLine(error: unknown): string {
  const { message } = error as { message?: string };
  return (message ?? String(error)).replace(/\nRequire stack:[^]*/, '').trim().replace(/\s*\n\s*/g, ' ');
}

/**
 * A convolution and a product whose result is known: native libraries load the rest, and fail, at the first operation
 * that needs it.
 */
function computeSomething(): void {
  const ones = (...shape: [number, number, number, number]): tf.Tensor4D => tf.ones(shape);
  const [result] = tf.tidy(() => {
    const nine = tf.reshape(tf.conv2d(ones(1, 3, 3, 1), ones(3, 3, 1, 1), 1, 'valid'), [1, 1]);
    return tf.matMul(nine, tf.fill([1, 1], 2)).dataSync();
  });
  if (result !== 18) throw new LossError('UNSUPPORTED', `its kernels computed ${String(result)} where 18 is right`);
}

/** Plain JavaScript. */
export const cpu: Starter = {
  async start() {
    await import('@tensorflow/tfjs-backend-cpu').catch(notInstalled('@tensorflow/tfjs-backend-cpu'));
    await setBackend('cpu');
    return 1;
  },
};
