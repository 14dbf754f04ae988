import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const PASSWORD = 'open-sesame';

export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A Redis of its own that keeps what it has in a folder, with a password, on a port that is free. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(private readonly folder: string, readonly port: number) {}

  static async start(folder: string): Promise<RedisServer> {
    const server = new RedisServer(folder, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://:${PASSWORD}@127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const words = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.folder, '--requirepass', PASSWORD];
    this.process = spawn('redis-server', [...words, '--appendonly', 'yes', '--save', ''], { stdio: 'ignore' });
    for (;;) if ((await this.ask((client) => client.ping()).catch(() => undefined)) === 'PONG') return;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { process } = this;
    this.process = undefined;
    if (process?.kill(signal)) await once(process, 'exit');
  }

  async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await question(client);
    } finally {
      client.disconnect();
      await sleep(20);
    }
  }

  /** Names of the runs that are in the queue, in whatever state. */
  async runs(): Promise<string[]> {
    return (await this.ask((client) => client.keys('bull:newton-losses:run-*'))).filter((key) =>
      !key.endsWith(':lock')
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
