import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WARNING } from '../terminal/progress.js';

/** How a run ended. */
export interface Outcome {
  readonly state: 'finished' | 'stopped' | 'failed';
  /** What the run said on standard error last, where it failed. */
  readonly message: string;
}

/** Exit codes of a run that a signal has stopped (SIGHUP, SIGINT, SIGTERM) and that has saved a checkpoint. */
const STOPPED = [129, 130, 143];
const KEPT_LINES = 20;
/** A line of a stack, or what Node prints below one. */
const BELOW_MESSAGE = /^\s+at |^Node\.js v|^\s*$/;

/** A run in a process of its own. */
export class ChildRun {
  readonly outcome: Promise<Outcome>;
  private readonly child: ChildProcess;
  private stopping = false;

  /** Starts `program`, a module of node, with `args`; `warn` hears what it warns of. */
  constructor(program: string, args: readonly string[], warn: (warning: string) => void = () => undefined) {
    this.child = fork(program, args, {
      execArgv: ['--import', new URL('./child-guard.js', import.meta.url).href],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: process.platform !== 'win32', // out of the terminal's process group: Ctrl-C reaches it once, through `stop`
    });
    this.outcome = this.wait(warn);
  }

  /** Asks the run to save a checkpoint and end. */
  stop(): void {
    this.stopping = true;
    this.child.kill('SIGINT');
  }

  private wait(warn: (warning: string) => void): Promise<Outcome> {
    const said: string[] = [];
    createInterface({ input: this.child.stderr! }).on('line', (line) => {
      if (line.startsWith(WARNING)) warn(line.slice(WARNING.length));
      else if (!BELOW_MESSAGE.test(line)) said.push(line);
      if (said.length > KEPT_LINES) said.shift();
    });
    return new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ state: 'failed', message: error.message }));
      this.child.once('close', (code, signal) => {
        const stopped = STOPPED.includes(code ?? 0) || (this.stopping && code !== 0);
        const state = code === 0 ? 'finished' : stopped ? 'stopped' : 'failed';
        resolve({ state, message: failureText(said, code, signal) });
      });
    });
  }
}

/** What the run said was wrong: a coded error, else an unexpected one, else its last words. */
function failureText(said: readonly string[], code: number | null, signal: string | null): string {
  const messages = [/^error /, /^unexpected error/, /^\w*Error\b/, /./];
  const [error] = messages.flatMap((message) => said.findLast((line) => message.test(line)) ?? []);
  return error?.replace(/^error /, '') ?? (signal ? `ended by ${signal}` : `exit code ${code}`);
}
