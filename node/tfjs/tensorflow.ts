import { availableParallelism } from 'node:os';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import { setBackend } from '../../tfjs/backend/set-backend.js';
import { registerTensorFlowKernels } from './tensorflow-kernels.js';

/** The two packages that bring TensorFlow itself. They are optional peers, and their version is that of tfjs. */
const packages = { cuda: '@tensorflow/tfjs-node-gpu', native: '@tensorflow/tfjs-node' } as const;
export type TensorFlowName = keyof typeof packages;

export const installCommand = (name: TensorFlowName): string => `npm install ${packages[name]}@${tf.version_core}`;

export const isInstalled = (name: TensorFlowName): boolean => {
  try {
    return Boolean(import.meta.resolve(packages[name]));
  } catch {
    return false;
  }
};

/** What their backend says of itself. */
interface TensorFlowBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly isGPUPackage?: boolean;
}

/** Threads of one operation: as asked for, and as the library took them when it was loaded. */
let loaded: { readonly asked: number | undefined; readonly actual: number } | undefined;
const unusable = new Map<string, unknown>();

/**
 * Makes TensorFlow the current backend and returns the number of its threads; `cuda` where it computes on a GPU,
 * `native` where it does not.
 *
 * A process has one of the two packages: both register a backend of one name, and the library that is loaded first
 * serves both. So the one that is there stays, and the one for CUDA is also `native` where it finds no GPU. Errors:
 * UNSUPPORTED, or what the package throws.
 */
export async function startTensorFlow(name: TensorFlowName, threads: number | undefined): Promise<number> {
  if (!isInstalled(name) && !(name === 'native' && isInstalled('cuda'))) {
    throw new LossError('UNSUPPORTED', `not installed: ${installCommand(name)}`);
  }
  restoreUtil();
  if (!isRegistered()) await load(packages[isInstalled(name) ? name : 'cuda'], threads ?? 1);
  loaded ??= { asked: undefined, actual: threadsOfEnvironment() };
  await setBackend('tensorflow');
  checkDevice(name, tf.backend() as TensorFlowBackend);
  registerTensorFlowKernels();
  return loaded.actual;
}

/** UNSUPPORTED where TensorFlow runs on another number of threads, which it takes once, when it is loaded. */
export function checkTensorFlowThreads(threads: number | undefined): void {
  if (threads === undefined || !isRegistered()) return;
  const { asked, actual } = loaded ?? { asked: undefined, actual: threadsOfEnvironment() };
  if (threads === asked || threads === actual) return;
  const running = `TensorFlow runs on ${actual} thread(s) in this process`;
  throw new LossError('UNSUPPORTED', `useBackend: ${running}, cannot change to ${threads}`);
}

const isRegistered = (): boolean => Boolean(tf.findBackendFactory('tensorflow'));

function checkDevice(name: TensorFlowName, { isUsingGpuDevice, isGPUPackage }: TensorFlowBackend): void {
  if (name === 'cuda' && !isUsingGpuDevice) {
    const apart = `needs a process of its own: this one runs ${packages.native}`;
    const reason = isGPUPackage ? 'is installed, but found no CUDA device' : apart;
    throw new LossError('UNSUPPORTED', `${packages.cuda} ${reason}`);
  }
  if (name === 'native' && isUsingGpuDevice) {
    const remedy = isInstalled('native') ? '' : `; for the CPU: ${installCommand('native')}`;
    throw new LossError('UNSUPPORTED', `this process runs ${packages.cuda} on a GPU${remedy}`);
  }
}

/** Imports the package, which registers its backend. What is set in the environment by the user stays as it is. */
async function load(packageName: string, threads: number): Promise<void> {
  if (unusable.has(packageName)) throw unusable.get(packageName);
  const given = process.env['TF_NUM_INTRAOP_THREADS'];
  process.env['TF_NUM_INTRAOP_THREADS'] = given ?? String(threads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'; // warnings and errors, not what the library is pleased with
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'; // it takes all memory otherwise, and runs side by side find none
  try {
    await import(packageName);
    await setBackend('tensorflow');
    loaded = { asked: threads, actual: threadsOfEnvironment() };
  } catch (thrown) {
    const error = withRemedy(thrown, packageName);
    unusable.set(packageName, error); // an import is done once: asked again, it would register nothing
    if (given === undefined) delete process.env['TF_NUM_INTRAOP_THREADS'];
    if (isRegistered()) tf.removeBackend('tensorflow'); // it did not start, and is in the other's way
    throw error;
  }
}

/**
 * The error of a package without its binding, with what to do: npm 12 runs install scripts only where they are approved, and the
 * package's own advice has an option that npm 12 refuses.
 */
function withRemedy(error: unknown, packageName: string): unknown {
  if (!/\(tfjs_binding\.node\) can not be found/.test(String(error))) return error;
  const remedy = `npm rebuild ${packageName}, with npm 12 after npm install-scripts approve ${packageName}`;
  return new LossError('UNSUPPORTED', `the install script of ${packageName} has not run, or failed: ${remedy}`, {
    cause: error,
  });
}

/** TensorFlow takes all cores where none or zero is set. */
function threadsOfEnvironment(): number {
  const threads = Number(process.env['TF_NUM_INTRAOP_THREADS']);
  return threads > 0 ? threads : availableParallelism();
}

/**
 * tfjs-node 4.22 calls two functions of node:util in every operation that Node 23 and later lack
 * (tensorflow/tfjs#8425): they are put back, as they were, where TensorFlow is asked for.
 */
function restoreUtil(): void {
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  const removed = { isArray: Array.isArray, isNullOrUndefined };
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value, configurable: true, writable: true });
  }
}
