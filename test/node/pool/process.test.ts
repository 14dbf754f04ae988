import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../node/package-root.js';

/** A program with a pool whose worker has solved rows; `rest` is what it does then. */
const program = (rest: string): string => `
  import { setTimeout as delay } from 'node:timers/promises';
  import { createRng, openRegistry, WorkerPool } from '${
  pathToFileURL(path.join(packageRoot(), 'dist/node/index.js')).href
}';
  const registry = await openRegistry();
  const pool = registry.pool = new WorkerPool(3, { worthwhile: 0 });
  const algorithm = await registry.algorithm('grid-shortest-path');
  const costs = algorithm.plugin.sample(algorithm.params, createRng(1), 500);
  const solve = () => algorithm.solveBatch(costs);
  ${rest}
`;
const shared = 'while (pool.rowsShared === 0) { solve(); await delay(1); }';
const say = "process.stdout.write('ready');";

/** Runs it, kills it by `signal` when it says that it is ready; how it ended. */
async function run(
  source: string,
  signal?: 'SIGINT' | 'SIGTERM',
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const child = spawn(process.execPath, ['--input-type=module'], {
    stdio: 'pipe',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.once('data', () => signal && child.kill(signal));
  child.stdin.end(source);
  const [code, by] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal: by, stderr };
}

describe('a process with a pool of workers', function() {
  this.timeout(30_000);
  const ended = { code: 0, signal: null, stderr: '' };

  it('ends by itself: closed or not, before workers have begun, after work, in the middle of it', async () => {
    const ends = [
      '',
      'solve();',
      `${shared}`,
      `${shared} await pool.close(); if (pool.rowsShared === 0) process.exitCode = 1; solve();`,
      `${shared} setTimeout(process.exit, 20, 0); for (;;) { solve(); await delay(0); }`,
      `${shared} solve(); process.exit(0);`,
      'solve(); process.exit(0);',
      'solve(); await pool.close();',
    ];
    const results = await Promise.all(ends.map((rest) => run(program(rest))));
    results.forEach((result, k) => expect(result, ends[k]).to.deep.equal(ended));
  });

  it('is ended by signals, at work and idle', async () => {
    const idle = `${shared} ${say} setInterval(() => {}, 1000);`;
    const busy = `${shared} ${say} for (;;) { solve(); await delay(0); }`;
    const never = `${shared} ${say} for (;;) solve();`;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const results = await Promise.all([idle, busy, never].map((rest) => run(program(rest), signal)));
      for (const result of results) expect(result).to.deep.equal({ code: null, signal, stderr: '' });
    }
  });

  it('can close it on a signal and end in its own way', async () => {
    const source = `${shared} let on = true; process.once('SIGINT', () => (on = false)); ${say}
      while (on) { solve(); await delay(0); }
      await pool.close(); process.exitCode = 130;`;
    expect(await run(program(source), 'SIGINT')).to.deep.equal({ code: 130, signal: null, stderr: '' });
  });
});
