import type { Job as BullJob, Worker } from 'bullmq';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import { ownVersion } from '../cli/package-version.js';
import type { Outcome } from '../compare/child.js';
import { type Executor, processPool, type TakenRun } from '../compare/executor.js';
import type { Figures, Job } from '../compare/protocol.js';
import { validExperiment } from '../experiments/experiment.js';
import { resolveExperiment } from '../experiments/resolve.js';
import { lockFolder } from '../files/lock.js';
import { differences } from '../run/run-folder.js';
import { unreadable } from '../run/run-record.js';
import { connectQueue, queuePackages, shownUrl } from './connection.js';
import { QUEUE, type QueuedResult, type QueuedRun, validRun } from './messages.js';
import { packRun } from './packed-run.js';

/** Milliseconds after which a run whose worker says nothing is begun elsewhere, and between looks for such runs. */
const [SILENCE, LOOK] = [10_000, 3000];
/** How often a run may be begun anew because its worker was gone: one that ends every worker would go on for ever. */
const CHANCES = 20;
/** Milliseconds between figures. */
const OFTEN = 500;
/** Milliseconds in which runs are given back at the end. */
const PATIENCE = 3000;

export interface WorkerOptions {
  /** Runs side by side. */
  readonly jobs: number;
  /** As CUDA names them. */
  readonly gpus: readonly string[];
  /** Threads of each run that solve batches of hard algorithms. */
  readonly workers: number;
  /** Folder with the data files on this machine. */
  readonly data: string | undefined;
  /** Registry files and packages: what they have, and nothing else, is what runs may name. */
  readonly registry: readonly string[];
  /** Where runs are kept that are under way; what is there of them is gone on with. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

/**
 * Takes runs from a queue until `signal` aborts; those that are under way are then given back, their checkpoints stay
 * here. Errors as of `connectQueue`, and UNSUPPORTED, with both versions, where the queue has runs of another version of
 * this package: they are given back.
 */
export async function serveQueue(url: string, registry: Registry, options: WorkerOptions): Promise<void> {
  const client = await connectQueue(url, options.tell);
  const { Worker, WaitingError } = await queuePackages();
  options.tell(
    `takes runs from ${shownUrl(url)}, ${options.jobs} side by side; Ctrl-C gives back what is not finished`,
  );
  const crew = new Crew(registry, options);
  const refused = new AbortController();
  const done = AbortSignal.any([options.signal, refused.signal]);
  const given: Promise<unknown>[] = [];
  const giveBack = async (job: BullJob, token: string | undefined): Promise<never> => {
    const moved = job.moveToWait(token);
    given.push(moved);
    await moved;
    throw new WaitingError();
  };
  const worker: Worker = new Worker<QueuedRun, QueuedResult>(QUEUE, async (job, token) => {
    const refusal = otherVersion(job.data);
    if (refusal) refused.abort(refusal);
    const result = done.aborted ? undefined : await crew.run(job);
    return result ?? giveBack(job, token);
  }, {
    connection: client,
    concurrency: options.jobs,
    lockDuration: SILENCE,
    stalledInterval: LOOK,
    maxStalledCount: CHANCES,
  });
  worker.on('error', () => undefined); // the connection tells
  worker.on('completed', ({ id }) => crew.forget(id!));
  if (!done.aborted) await once(done, 'abort');
  void worker.pause(true).catch(() => undefined); // it fetches nothing more
  await crew.stop();
  await nextTurn(); // all runs are being given back
  const late = (): Promise<void> => sleep(PATIENCE, undefined, { ref: false }); // the server may have gone away
  await Promise.race([Promise.allSettled(given), late()]);
  await Promise.race([worker.close(true), late()]);
  client.removeAllListeners('close');
  client.disconnect();
  if (refused.signal.aborted) throw refused.signal.reason;
}

/** What is no run at all is not of another version. */
function otherVersion(data: Partial<QueuedRun> | undefined): LossError | undefined {
  const version = data?.version;
  if (typeof version !== 'string' || version === ownVersion) return undefined;
  const what = `the queue has runs of newton-losses ${version}, this worker is ${ownVersion}`;
  return new LossError('UNSUPPORTED', `${what}: their figures may differ; install the same version`);
}

/** The runs of a worker, each a process. */
class Crew {
  private readonly pool: Executor;
  private readonly places: number[];
  private readonly taken = new Set<TakenRun>();
  /** A run that the queue gives again, since this worker was too slow to say that it lives, is not begun twice. */
  private readonly running = new Map<string, Promise<QueuedResult | undefined>>();
  private stopping = false;

  constructor(private readonly registry: Registry, private readonly options: WorkerOptions) {
    this.pool = processPool(options);
    this.places = Array.from({ length: options.jobs }, (_, k) => k);
  }

  /** Undefined where it was stopped before its end. */
  run(job: BullJob<QueuedRun>): Promise<QueuedResult | undefined> {
    const id = job.id!;
    const running = this.running.get(id) ?? this.runOne(job).finally(() => this.running.delete(id));
    this.running.set(id, running);
    return running;
  }

  /** Resolves when all runs have saved what they have. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const taken of this.taken) taken.stop();
    await Promise.allSettled(this.running.values());
  }

  /** Removes what is here of a run whose result has been taken. */
  forget(id: string): void {
    for (const folder of this.foldersOf(id)) rmSync(folder, { recursive: true, force: true });
  }

  private async runOne(job: BullJob<QueuedRun>): Promise<QueuedResult | undefined> {
    const warnings: string[] = [];
    try {
      const ready = await readyJob(job.data, this.registry, this.options);
      if (this.stopping) return undefined;
      const folder = this.freeFolder(job.id!);
      const outcome = await this.carryOut(job, { ...ready, folder }, warnings);
      if (outcome.state === 'stopped') return undefined;
      if (outcome.state === 'failed') return { ...outcome, warnings };
      const { step = ready.experiment.steps, metrics = {} } = outcome;
      return { state: 'finished', step, metrics, run: packRun(folder), warnings };
    } catch (error) {
      if (!(error instanceof LossError)) throw error;
      return { state: 'failed', code: error.code, message: error.message, warnings };
    }
  }

  private async carryOut(job: BullJob<QueuedRun>, run: Omit<Job, 'sameDataAs'>, warnings: string[]): Promise<Outcome> {
    const { tell } = this.options;
    const title = `${run.experiment.name}, seed ${run.experiment.seed}`;
    const place = this.places.pop() ?? 0;
    const figures = sometimes((now: Figures) => job.updateProgress(now));
    const taken = this.pool.take({
      job: run,
      sameDataAs: () => undefined,
      listener: { begins: () => tell(`${title}: begins`), figures, warn: (text) => warnings.push(text) },
      place,
    });
    this.taken.add(taken);
    const outcome = await taken.outcome;
    this.taken.delete(taken);
    this.places.push(place);
    tell(`${title}: ${outcome.state}${outcome.state === 'failed' ? `: ${outcome.code}: ${outcome.message}` : ''}`);
    return outcome;
  }

  private foldersOf(id: string): [usual: string, own: string] {
    const usual = path.join(this.options.folder, id);
    return [usual, `${usual}-${process.pid}`];
  }

  /** The folder of a run; where another process still has it, one of this worker's own. */
  private freeFolder(id: string): string {
    const [usual, own] = this.foldersOf(id);
    const folder = isFree(usual) ? usual : own;
    if (unreadable(folder)) rmSync(folder, { recursive: true, force: true });
    return folder;
  }
}

function isFree(folder: string): boolean {
  try {
    lockFolder(folder)();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    if (error instanceof LossError) return false;
    throw error;
  }
}

/** PARAMS, or the code of an unknown name, for what is no experiment, or comes to another one with what is here. */
async function readyJob(
  data: unknown,
  registry: Registry,
  options: WorkerOptions,
): Promise<Omit<Job, 'folder' | 'sameDataAs'>> {
  const { experiment: given, origin, backend } = validRun(data);
  const before = structuredClone(given);
  const { experiment, choice } = await resolveExperiment(validExperiment(given, 'the run'), registry, 'the run');
  const [differ] = differences(before, JSON.parse(JSON.stringify(experiment)));
  if (differ !== undefined) throw new LossError('PARAMS', `the plugins of this worker are others: ${differ}`);
  const { data: folder, workers } = options;
  return {
    ...{ experiment, choice },
    origin: { ...origin, registry: options.registry, ...(folder !== undefined && { data: folder }) },
    resources: { backend, threads: 1, workers, data: folder },
  };
}

/** `say`, not more often than every `OFTEN` milliseconds, nor before it has been said. */
function sometimes<T>(say: (what: T) => Promise<void>): (what: T) => void {
  let last = -Infinity;
  let saying = false;
  return (what) => {
    const now = performance.now();
    if (saying || now - last < OFTEN) return;
    [last, saying] = [now, true];
    void say(what).catch(() => undefined).finally(() => (saying = false));
  };
}
