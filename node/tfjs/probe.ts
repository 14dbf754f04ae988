import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, backends, tryBackend } from './backend.js';
import { isInstalled } from './tensorflow.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('try-backend.js', import.meta.url));
/** On a GPU that is newer than its CUDA, kernels are compiled at their first use, which takes minutes. */
const PATIENCE_MS = 600_000;

export interface BackendProbe {
  readonly backend: BackendName;
  /** Why it does not work here, in one line; undefined where it does. */
  readonly reason: string | undefined;
  /** Whether TensorFlow computes on a GPU, where it got as far as that. */
  readonly gpu?: boolean;
}

/**
 * Every backend, best first, and whether it works here. TensorFlow is tried in processes of its own: two packages of it
 * do not go into one process, and a library that does not fit the machine may end the one that loads it. The current
 * backend stays current.
 */
export async function probeBackends(): Promise<BackendProbe[]> {
  const current = tf.getBackend();
  const probes: BackendProbe[] = [];
  for (const backend of backends) probes.push(await probeBackend(backend));
  if (current) await tf.setBackend(current);
  return probes;
}

/** Of one backend, which may be current afterwards. */
export function probeBackend(backend: BackendName): Promise<BackendProbe> {
  const apart = isInstalled('cuda') ? ['cuda', 'native'] : isInstalled('native') ? ['native'] : [];
  return apart.includes(backend) ? probeApart(backend) : probeHere(backend);
}

async function probeHere(backend: BackendName): Promise<BackendProbe> {
  const trial = await tryBackend(backend);
  return { backend, reason: 'reason' in trial ? trial.reason : undefined };
}

async function probeApart(backend: BackendName): Promise<BackendProbe> {
  try {
    const { stdout, stderr } = await run(process.execPath, [program, backend], { timeout: PATIENCE_MS });
    const { reason, gpu } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Omit<BackendProbe, 'backend'>;
    return { backend, reason: reason && reason + lostLibraries(stderr), ...(gpu === undefined ? {} : { gpu }) };
  } catch (error) {
    return { backend, reason: deathOf(error as Death) };
  }
}

/** What libtensorflow says it could not load, which is why it finds no GPU. */
function lostLibraries(stderr: string): string {
  const lost = [...stderr.matchAll(/could not load dynamic library '([^']+)'/gi)].map(([, library]) => library);
  return lost.length > 0 ? ` (could not load ${[...new Set(lost)].join(', ')})` : '';
}

interface Death {
  readonly message: string;
  readonly signal?: string | null;
  readonly code?: number | string | null;
  readonly killed?: boolean;
  readonly stderr?: string;
}

function deathOf({ message, signal, code, killed, stderr = '' }: Death): string {
  if (killed) return `gave no answer within ${PATIENCE_MS / 60_000} minutes`;
  if (!signal && typeof code !== 'number') return `could not be tried: ${message.split('\n')[0]}`;
  const said = stderr.split(/-+ \w+ stack trace -+/)[0].trim().split('\n').at(-1)!; // Node's own
  return `its process ended with ${signal ?? `exit code ${code}`}${said && `: ${said}`}`;
}
