import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { ownVersion } from '../../../harness/cli/package-version.js';
import { isFinished } from '../../../harness/run/run-record.js';
import { metricsOf, type Started, start } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';
import { tinySweep, TINY_RUNS } from '../sweep/tiny-sweep.js';
import { hasRedis, RedisServer } from './redis-server.js';

const LONGER = { steps: 250, evalEvery: 250, checkpointEvery: 25 };
const ONE_SEED = ['--seeds', '1'];

describe('a sweep on a queue', function() {
  this.timeout(240_000);
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => path.join(folder(), ...parts);
  let redis: RedisServer;
  let started: Started[] = [];

  before(function() {
    if (hasRedis()) return;
    console.log('      no redis-server is installed: the queue is not tested');
    this.skip();
  });
  beforeEach(async () => {
    mkdirSync(at('redis'));
    redis = await RedisServer.start(at('redis'));
    started = [];
  });
  afterEach(async () => {
    for (const { process, ended } of started) {
      process.kill('SIGKILL');
      await ended;
    }
    await redis.stop('SIGKILL');
  });

  const begin = (...words: string[]): Started => {
    const one = start(words, { env: { NEWTON_LOSSES_QUEUE: redis.url } });
    started.push(one);
    return one;
  };
  const worker = (name: string): Started =>
    begin('worker', '--queue', '--jobs', '1', '--workers', '1', '--out', at(name));
  const words = (out: string, changes: object = {}): string[] => [
    ...['sweep', ...tinySweep(folder(), changes), '--backend', 'wasm', '--out', at(out)],
  ];
  const coordinator = (changes: object, ...more: string[]): Started =>
    begin(...words('queue', changes), '--queue', ...more);
  const finished = (): number => TINY_RUNS.filter((run) => isFinished(at('queue', run))).length;
  const heard = ({ process }: Started, text: RegExp): Promise<void> =>
    new Promise((resolve) => process.stderr!.on('data', (line: string) => text.test(line) && resolve()));
  const untilFinished = async (runs: number): Promise<void> => {
    while (finished() < runs) await sleep(50);
  };
  const end = async ({ process, ended }: Started, signal: NodeJS.Signals): Promise<number | null> => {
    process.kill(signal);
    return (await ended).code;
  };

  it('loses nothing and counts nothing twice, whatever is killed, and has the figures of the pool', async () => {
    const pool = begin(...words('pool', LONGER), ...ONE_SEED);
    expect((await pool.ended).code).to.equal(0);
    const [first] = [worker('one'), worker('two')];
    const killed = coordinator(LONGER, ...ONE_SEED);
    await untilFinished(1);
    await end(first, 'SIGKILL');
    await redis.stop();
    await redis.start();
    await untilFinished(2);
    await end(killed, 'SIGKILL');
    worker('three');
    const { code, stderr } = await coordinator(LONGER, ...ONE_SEED).ended;
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/^\d of 4 runs are finished already$/m);
    for (const run of TINY_RUNS.filter((name) => name.endsWith('seed-0'))) {
      expect(metricsOf(at('queue', run))).to.equal(metricsOf(at('pool', run)));
    }
    expect(await redis.runs(), 'left in the queue').to.deep.equal([]);
  });

  it('is taken back by Ctrl-C but for what is under way, and goes on', async () => {
    const half = (): Started => coordinator(LONGER, ...ONE_SEED);
    const one = worker('one');
    const stopped = half();
    await heard(one, /begins/);
    const code = await end(stopped, 'SIGINT');
    const { stderr } = await stopped.ended;
    expect([code, stderr]).to.deep.equal([130, stderr]);
    expect(stderr).to.match(/to go on: newton-losses sweep .* --queue redis:\/\/127.0.0.1:\d+$/m).and.not.contain(
      'sesame',
    );
    expect((await redis.runs()).length).to.be.within(1, 2);
    expect((await half().ended).code).to.equal(0);
    expect(await end(one, 'SIGINT')).to.equal(130);
  });

  it('is given back by a worker that ends, also while the server is away', async () => {
    const one = worker('one');
    const whole = coordinator({ ...LONGER, steps: 2000 });
    await heard(one, /begins/);
    expect(await end(one, 'SIGINT')).to.equal(130);
    expect(await redis.ask((client) => client.llen('bull:newton-losses:wait'))).to.equal(8);
    const two = worker('two');
    await heard(two, /begins/);
    await redis.stop();
    expect(await end(two, 'SIGTERM')).to.equal(143);
    expect(await end(whole, 'SIGINT')).to.equal(130);
  });

  it('is refused at once where the server is not there or refuses the password, and by another version', async () => {
    const refused = async (...more: string[]): Promise<string> => {
      const { code, stderr } = await begin(...more).ended;
      expect(code, stderr).to.equal(1);
      return stderr;
    };
    const wrong = `redis://:wrong@127.0.0.1:${redis.port}`;
    expect(await refused('worker', '--queue', wrong)).to.match(
      /^error UNSUPPORTED: cannot use the queue at .*WRONGPASS/m,
    );
    expect(await refused(...words('queue'), '--queue', wrong)).to.match(/WRONGPASS/).and.not.contain(':wrong');
    expect(await refused('worker', '--queue', 'redis://127.0.0.1:1')).to.match(/^error UNSUPPORTED: .*ECONNREFUSED/m);
    expect(await refused('worker', '--queue', 'http://127.0.0.1')).to.match(/^error PARAMS: --queue/m);
    await put({ version: '0.0.1', experiment: {}, backend: 'wasm', origin: { changes: {}, modified: false } });
    expect(await refused('worker', '--queue', '--out', at('one'))).to.match(
      new RegExp(`^error UNSUPPORTED: the queue has runs of newton-losses 0.0.1, this worker is ${ownVersion}:`, 'm'),
    );
    expect((await redis.runs()).length).to.equal(1);
  });

  it('runs nothing but experiments of what a worker has', async () => {
    const run = { version: ownVersion, backend: 'wasm', origin: { changes: {}, modified: false } };
    const experiment = {
      name: 'x',
      task: { name: 'knapsack' },
      model: { name: 'linear' },
      loss: { name: 'mse' },
      steps: 1,
    };
    await put({ ...run, experiment, registry: ['/tmp/evil.json'] });
    await put({ ...run, experiment: { ...experiment, loss: { name: '../evil.js' } } });
    await put({ ...run, experiment: { ...experiment, name: '../../out' } });
    await put({ ...run, experiment });
    await put('nothing');
    worker('one');
    const results = async (): Promise<string[]> => {
      const answers = await redis.ask(async (client) => {
        const keys = await redis.runs();
        return Promise.all(keys.sort().map((key) => client.hget(key, 'returnvalue')));
      });
      return answers.map((text) => {
        const { state, code, message } = JSON.parse(text ?? '{}') as Record<string, string>;
        return `${state} ${code} ${message}`;
      });
    };
    while ((await results()).some((text) => text.startsWith('undefined'))) await sleep(100);
    const [registry, loss, name, defaults, nothing] = await results();
    expect(registry).to.match(/^failed PARAMS .*no property "registry"/);
    expect(loss).to.match(/^failed LOSS_UNKNOWN /);
    expect(name).to.match(/^failed PARAMS .*experiment\/name/);
    expect(defaults).to.match(/^failed PARAMS the plugins of this worker are others/);
    expect(nothing).to.match(/^failed PARAMS not a run of newton-losses/);
  });

  let number = 0;
  const put = async (content: unknown): Promise<void> => {
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue('newton-losses', { connection });
    await queue.add('run', content, { jobId: `run-${number++}` });
    await queue.close();
    connection.disconnect();
  };
});
