import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../harness/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  /** The program; ours unless another is given. */
  readonly program?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Largest file that the process may write, in KiB. */
  readonly limit?: number;
  /** Where its standard output goes. */
  readonly output?: string;
}

/** Starts `newton-losses ...words` as a process of its own. */
export function start(
  words: readonly string[],
  { program = main, cwd, env, limit, output }: StartOptions = {},
): Started {
  const environment = { ...process.env, NEWTON_LOSSES_DEBUG: '', ...env };
  const limited = limit === undefined ? '' : `ulimit -f ${2 * limit} && `;
  const redirected = output === undefined ? '' : ` > ${output}`;
  const child = limited + redirected === ''
    ? spawn(process.execPath, [program, ...words], { cwd, env: environment })
    : spawn('sh', ['-c', `${limited}exec "$0" "$@"${redirected}`, process.execPath, program, ...words], {
      cwd,
      env: environment,
    });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, ended };
}

export function run(...words: string[]): Promise<Ended> {
  return start(words).ended;
}

/** The words of `--set` for changes by their paths. */
export function setWords(changes: object): string[] {
  return Object.entries(changes).flatMap(([at, value]) => ['--set', `${at}=${JSON.stringify(value)}`]);
}

/** Resolves when metrics.jsonl of a run folder is longer than `bytes`, or the process has ended. */
export async function trained(started: Started, folder: string, bytes: number): Promise<void> {
  const file = path.join(folder, 'metrics.jsonl');
  while (started.process.exitCode === null && (!existsSync(file) || statSync(file).size <= bytes)) await delay(5);
}

/** metrics.jsonl without what the clock says. */
export function metricsOf(folder: string): string {
  return readFileSync(path.join(folder, 'metrics.jsonl'), 'utf8').replaceAll(/,"msPerStep":[^,}]+/g, '');
}
