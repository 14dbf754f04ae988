#!/usr/bin/env node
import { CommanderError } from '../packages/commander.js';
import { textOf } from '../../core/messages.js';
import { messageOf, ordinaryFailure } from './ordinary-failures.js';
import { note } from '../terminal/output.js';
import { painted } from '../terminal/paint.js';
import { createProgram } from './program.js';

/** Exit codes besides 0, success, and those of a run that a signal stopped (128 + its number). */
const FAILED = 1;
const USAGE = 2;
const UNEXPECTED = 70;

/** Whoever reads has enough (`| head`), or the terminal is gone: a run goes on to its checkpoint all the same. */
const GONE = ['EPIPE', 'EIO'];
for (const [name, stream] of Object.entries({ 'standard output': process.stdout, 'standard error': process.stderr })) {
  let told = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (told || GONE.includes(error.code ?? '')) return;
    told = true;
    const code = explain(Object.assign(error, { path: name }));
    process.once('exit', () => (process.exitCode ||= code)); // what was under way goes on
  });
}

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** The stacks of an error and its causes: what a plugin threw is a cause. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return textOf(error);
  return `${error.stack}${error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`}`;
}

/** Prints what went wrong and returns the exit code for it. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE; // commander has printed it
  const debug = process.argv.includes('--debug') || Boolean(process.env['NEWTON_LOSSES_DEBUG']);
  const tell = (title: string, failure: unknown): void =>
    note(`${painted('red', `${title}:`, process.stderr)} ${debug ? stackOf(failure) : messageOf(failure)}`);
  const ordinary = ordinaryFailure(error);
  if (ordinary) {
    tell(`error ${ordinary.code}`, ordinary);
    return FAILED;
  }
  tell('unexpected error', error);
  note(debug ? 'please report it' : 'please report it, with what the same command prints with --debug');
  return UNEXPECTED;
}
