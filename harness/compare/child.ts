import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Failure, Figures, Job } from './protocol.js';

/** How a run ended. */
export type Outcome =
  | ({ readonly state: 'finished' | 'stopped' } & Partial<Figures>)
  | ({ readonly state: 'failed' } & Failure);

/** Is told how a run goes. */
export interface Listener {
  /** It is under way. */
  begins(): void;
  figures(figures: Figures): void;
  warn(text: string): void;
}

/** Where a job is run. */
export interface Place {
  /** As CUDA_VISIBLE_DEVICES names it. */
  readonly gpu?: string | undefined;
  /** By default worker.ts. */
  readonly worker?: string | undefined;
}

/** The program that runs a job. */
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
/** Characters kept of what a run says on standard error, for runs that crash without an answer. */
const KEPT = 2000;

/** A run in a process of its own. */
export class ChildRun {
  readonly outcome: Promise<Outcome>;
  private readonly child: ChildProcess;
  private stopping = false;

  /** Starts `worker`, a module of node that takes a `Job` and gives `Answer`s, where it sees one GPU if one is named. */
  constructor(job: Job, private readonly listener: Listener, { worker = WORKER, gpu }: Place = {}) {
    this.child = fork(worker, [], {
      env: gpu === undefined ? process.env : { ...process.env, CUDA_VISIBLE_DEVICES: gpu },
      execArgv: ['--import', new URL('./child-guard.js', import.meta.url).href],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced', // keeps what is not finite
      detached: process.platform !== 'win32', // out of the terminal's process group: Ctrl-C reaches it once, through `stop`
    });
    this.outcome = this.listen();
    this.child.send(job, () => undefined); // one that is gone already says so by its end
  }

  /** Asks the run to save a checkpoint and end. */
  stop(): void {
    this.stopping = true;
    this.child.kill('SIGINT');
  }

  private listen(): Promise<Outcome> {
    let outcome: Outcome | undefined;
    let said = '';
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-KEPT)));
    this.child.on('message', (message) => (outcome = this.hear(message as Answer) ?? outcome));
    return new Promise((resolve) => {
      this.child.once('error', ({ message }) => resolve({ state: 'failed', code: 'UNSUPPORTED', message }));
      this.child.once('close', (code, signal) => {
        const ended = `ended by ${signal ?? `exit code ${code}`}`;
        const message = said.trim() === '' ? ended : `${ended}: ${said.trim()}`;
        resolve(outcome ?? (this.stopping ? { state: 'stopped' } : { state: 'failed', code: 'UNEXPECTED', message }));
      });
    });
  }

  /** What an answer says of the end, if it does. */
  private hear(answer: Answer): Outcome | undefined {
    if (answer.kind === 'warning') this.listener.warn(answer.text);
    else if (answer.kind === 'figures') this.listener.figures(answer);
    else if (answer.kind === 'failure') return { ...answer, state: 'failed' };
    else return { ...answer, state: answer.finished ? 'finished' : 'stopped' };
    return undefined;
  }
}
