// What programs that kill runs at random have in common.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line of this package. */
export const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

/** Starts a program of Node; `ended` has its exit code and all that it has said. */
export function startProcess(words, options) {
  const child = spawn(process.execPath, words, options);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, text }))) };
}

export function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended by itself
  }
}

/** All metrics of the runs in a folder but their times. */
export function figuresIn(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('metrics.jsonl')).sort();
  return files.map((name) => readFileSync(path.join(folder, name), 'utf8').replaceAll(/,"msPerStep":[^,}]+/g, '')).join(
    '\n',
  );
}

export function print(line) {
  process.stdout.write(`${line}\n`);
}
