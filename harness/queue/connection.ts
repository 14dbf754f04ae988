import type * as bullmq from 'bullmq';
import type { Redis } from 'ioredis';
import { LossError } from '../../core/errors.js';
import { saysMissing } from '../../core/messages.js';

/** Milliseconds until a server that does not answer counts as not there. */
const PATIENCE = 5000;
/** Most milliseconds between attempts to reach one that was there. */
const AGAIN = 1000;

type Packages = typeof bullmq & { readonly Redis: typeof Redis };

/** BullMQ and its client, optional peers. UNSUPPORTED where one is not installed. */
export async function queuePackages(): Promise<Packages> {
  try {
    const [bullmq, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { ...bullmq, Redis };
  } catch (cause) {
    const missing = ['bullmq', 'ioredis'].find((name) => saysMissing(cause, name));
    if (missing === undefined) throw cause;
    throw new LossError('UNSUPPORTED', `${missing} is not installed: npm install bullmq@6 ioredis@6`, { cause });
  }
}

/**
 * A connection to the Redis of a queue, `redis://user:password@host:port/database`, with TLS `rediss://`. Once it was
 * there, commands wait for a server that has gone away; `tell` hears of that. PARAMS for what is no such URL,
 * UNSUPPORTED, within seconds, where there is no server or it refuses the credentials.
 */
export async function connectQueue(url: string, tell: (line: string) => void): Promise<Redis> {
  const place = shownUrl(url);
  const { Redis } = await queuePackages();
  let there = false;
  let reason = '';
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (there ? Math.min(AGAIN, 100 * times) : null),
  });
  client.on('error', ({ message }: Error) => (reason = message));
  try {
    await within(PATIENCE, client.connect().then(() => client.ping()));
  } catch (cause) {
    if (client.status !== 'end') client.disconnect(); // which waits two seconds for a socket that is closed
    const why = reason === '' ? (cause as Error).message : reason;
    throw new LossError('UNSUPPORTED', `cannot use the queue at ${place}: ${why}`, { cause });
  }
  there = true;
  client.on('close', () => tell(`the queue at ${place} has gone away: waiting for it`));
  client.on('ready', () => tell(`the queue at ${place} is there again`));
  return client;
}

/** Without credentials. PARAMS for what is no URL of a Redis. */
export function shownUrl(url: string): string {
  const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: '', host: '' };
  if (['redis:', 'rediss:'].includes(protocol) && host !== '') return `${protocol}//${host}`;
  throw new LossError(
    'PARAMS',
    '--queue, or NEWTON_LOSSES_QUEUE, should be redis://user:password@host:port, with TLS rediss://',
  );
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
