import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a run ended. */
export interface Outcome {
  readonly state: 'finished' | 'stopped' | 'failed';
  /** What the run said on standard error last, where it failed. */
  readonly message: string;
}

/** Exit code of a run that was stopped by Ctrl-C and has saved a checkpoint. */
const STOPPED = 130;
const KEPT_LINES = 20;

/** A run in a process of its own. */
export class ChildRun {
  readonly outcome: Promise<Outcome>;
  private readonly child: ChildProcess;
  private stopping = false;

  /** Starts `program`, a module of node, with `args`. */
  constructor(program: string, args: readonly string[]) {
    this.child = fork(program, args, {
      execArgv: ['--import', new URL('./child-guard.js', import.meta.url).href],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: process.platform !== 'win32', // out of the terminal's process group: Ctrl-C reaches it once, through `stop`
    });
    this.outcome = this.wait();
  }

  /** Asks the run to save a checkpoint and end. */
  stop(): void {
    this.stopping = true;
    this.child.kill('SIGINT');
  }

  private wait(): Promise<Outcome> {
    const said: string[] = [];
    createInterface({ input: this.child.stderr! }).on('line', (line) => {
      said.push(line);
      if (said.length > KEPT_LINES) said.shift();
    });
    return new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ state: 'failed', message: error.message }));
      this.child.once('close', (code, signal) => {
        const stopped = code === STOPPED || (this.stopping && code !== 0);
        const state = code === 0 ? 'finished' : stopped ? 'stopped' : 'failed';
        resolve({ state, message: failureText(said, code, signal) });
      });
    });
  }
}

function failureText(said: readonly string[], code: number | null, signal: string | null): string {
  const error = said.findLast((line) => line.startsWith('error ')) ?? said.findLast((line) => line.trim() !== '');
  return error?.replace(/^error /, '') ?? (signal ? `ended by ${signal}` : `exit code ${code}`);
}
