import type { Job as BullJob, Queue } from 'bullmq';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { LossError } from '../../core/errors.js';
import { messageOf, ordinaryFailure } from '../cli/ordinary-failures.js';
import type { Outcome } from '../compare/child.js';
import type { Executor, Order, TakenRun } from '../compare/executor.js';
import type { Figures } from '../compare/protocol.js';
import { isObject } from '../experiments/presets.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { writeReportOf } from '../report/write-report-of.js';
import { isFinished } from '../run/run-record.js';
import { connectQueue, queuePackages, shownUrl } from './connection.js';
import { idOf, prefixOf, QUEUE, type QueuedRun, queuedRun, validResult } from './messages.js';
import { unpackRun } from './packed-run.js';

/** Milliseconds between looks at the queue. */
const OFTEN = 300;
/** Milliseconds that the end waits for a server that has gone away. */
const PATIENCE = 2000;
/** Seconds after which the queue forgets what nobody has asked for. */
const KEPT = 30 * 24 * 3600;

/** A run that is in the queue, or is to be put there. */
interface Ticket {
  readonly order: Order;
  readonly run: QueuedRun;
  readonly end: (outcome: Outcome) => void;
  begun: boolean;
}

/**
 * Puts runs to a queue on Redis, where workers on any machine take them, and puts what they send back into the folders.
 * A run has one name in the queue, so that it is there once, whoever puts it there again; what is in the queue is looked
 * at time and again, and what got lost there is put there anew. A coordinator that is gone can be begun again: results
 * wait for it.
 */
export class QueueExecutor implements Executor {
  readonly capacity = Infinity;
  private readonly tickets = new Map<string, Ticket>();
  private readonly withdrawn: string[] = [];
  private closed = false;
  private readonly watching: Promise<void>;

  private constructor(
    private readonly root: string,
    private readonly sweep: string,
    private readonly client: Redis,
    private readonly queue: Queue<QueuedRun>,
    private readonly tell: (line: string) => void,
  ) {
    this.watching = this.watch();
  }

  /** For the sweep in the folder `root`; `tell` hears of what keeps runs waiting. Errors as of `connectQueue`. */
  static async open(url: string, root: string, tell: (line: string) => void): Promise<QueueExecutor> {
    const client = await connectQueue(url, tell);
    const { Queue } = await queuePackages();
    const queue = new Queue<QueuedRun>(QUEUE, { connection: client });
    queue.on('error', () => undefined); // the connection tells
    const workers = await queue.getWorkersCount();
    if (workers === 0) tell(`no worker is there yet: newton-losses worker --queue ${shownUrl(url)}`);
    return new QueueExecutor(root, tokenOf(root), client, queue, tell);
  }

  take(order: Order): TakenRun {
    const run = queuedRun(order.job);
    const id = idOf(this.sweep, path.relative(this.root, order.job.folder), run);
    const outcome = new Promise<Outcome>((end) => this.tickets.set(id, { order, run, end, begun: false }));
    return { outcome, stop: () => this.withdraw(id) };
  }

  /** Takes out of the queue what nobody has begun; what workers have begun they end, and the results wait. */
  async close(): Promise<void> {
    this.closed = true;
    const tidy = this.watching.then(async () => {
      await Promise.all(this.withdrawn.map((id) => this.removeWaiting(id)));
      await this.queue.close();
    });
    await Promise.race([tidy, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    this.client.removeAllListeners('close');
    this.client.disconnect();
  }

  private withdraw(id: string): void {
    const ticket = this.tickets.get(id);
    if (!ticket) return;
    this.tickets.delete(id);
    this.withdrawn.push(id);
    ticket.end({ state: 'stopped' });
  }

  private async removeWaiting(id: string): Promise<void> {
    const job = await this.queue.getJob(id);
    if (await job?.isWaiting()) await job!.remove().catch(() => undefined); // a worker may just have taken it
  }

  private async watch(): Promise<void> {
    while (!this.closed) {
      try {
        if (this.tickets.size > 0) await this.look();
      } catch (error) {
        if (!this.closed) this.tell(`the queue: ${(error as Error).message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, OFTEN));
    }
  }

  private async look(): Promise<void> {
    const ended = await this.queue.getRanges(['completed', 'failed'], 0, -1);
    for (const id of ended) await this.collect(id);
    const active = await this.queue.getRanges(['active'], 0, -1);
    for (const id of active.filter((other) => this.tickets.has(other))) await this.follow(id);
    const anywhere = await this.queue.getRanges(['waiting', 'active', 'delayed', 'completed', 'failed'], 0, -1);
    const known = new Set(anywhere);
    for (const id of [...this.tickets.keys()]) if (!known.has(id)) await this.put(id);
  }

  /** Puts a run to the queue; one that is there already stays as it is. */
  private async put(id: string): Promise<void> {
    const ticket = this.tickets.get(id);
    if (!ticket) return;
    const { folder } = ticket.order.job;
    if (isFinished(folder)) return this.end(id, { state: 'finished' }); // another coordinator has collected it
    const kept = { age: KEPT };
    await this.queue.add('run', ticket.run, { jobId: id, removeOnComplete: kept, removeOnFail: kept });
  }

  /** Shows how far a run is that a worker has. */
  private async follow(id: string): Promise<void> {
    const job = await this.queue.getJob(id);
    const ticket = this.tickets.get(id);
    if (!job || !ticket) return;
    this.begin(ticket);
    if (isFigures(job.progress)) ticket.order.listener.figures(job.progress);
  }

  /** Takes a result of this sweep over, and only then out of the queue. */
  private async collect(id: string): Promise<void> {
    const ticket = this.tickets.get(id);
    if (!ticket && !id.startsWith(prefixOf(this.sweep))) return;
    const job = await this.queue.getJob(id);
    if (!ticket || !job) return job?.remove(); // a coordinator was killed when it had just taken it over
    this.begin(ticket);
    try {
      const outcome = await outcomeOf(job, ticket.order);
      await job.remove();
      this.end(id, outcome);
    } catch (error) {
      const { code, message } = ordinaryFailure(error) ?? { code: 'UNEXPECTED' as const, message: messageOf(error) };
      if (isOfWorker(error)) await job.remove(); // else it waits until it can be written
      this.end(id, { state: 'failed', code, message });
    }
  }

  private begin(ticket: Ticket): void {
    if (!ticket.begun) ticket.order.listener.begins();
    ticket.begun = true;
  }

  private end(id: string, outcome: Outcome): void {
    this.tickets.get(id)?.end(outcome);
    this.tickets.delete(id);
  }
}

/** What tells this sweep from others in a queue, kept in its folder: begun anew in an empty one it is another sweep. */
function tokenOf(root: string): string {
  const file = path.join(root, 'queue-token');
  if (!existsSync(file)) {
    mkdirSync(root, { recursive: true });
    writeFileAtomically(file, randomUUID());
  }
  return readFileSync(file, 'utf8');
}

/** Puts the files of a finished run into its folder. DATA where what the worker sent is of no use. */
async function outcomeOf(job: BullJob<QueuedRun>, order: Order): Promise<Outcome> {
  if (job.failedReason) return { state: 'failed', code: 'UNEXPECTED', message: `in the queue: ${job.failedReason}` };
  const { warnings, ...result } = validResult(job.returnvalue);
  warnings.forEach((text) => order.listener.warn(text));
  if (result.state === 'failed') return result;
  const { run, ...figures } = result;
  unpackRun(run, order.job, order.sameDataAs());
  await writeReportOf(order.job.folder, 'the training is complete');
  return figures;
}

/** Whether an error is that of what a worker has sent, not of this machine. */
function isOfWorker(error: unknown): boolean {
  return error instanceof LossError && error.code === 'DATA';
}

/** What a worker has said of its progress; before it has said anything that is a number. */
function isFigures(progress: unknown): progress is Figures {
  return isObject(progress) && typeof progress['step'] === 'number' && isObject(progress['metrics']);
}
