import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../node/package-root.js';
import type { Answer, Opened, Request, Result, Times } from './protocol.js';

type AnswerTo<R extends Request> = { open: Opened; run: Result; time: Times }[R['op']];

/** A side of the benchmark in its own process, idle unless asked. */
export class Peer {
  private readonly waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];

  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    createInterface({ input: child.stdout }).on('line', (line) => this.waiting.shift()?.resolve(line));
    child.on('exit', (code, signal) => {
      for (const { reject } of this.waiting.splice(0)) {
        reject(new Error(`${child.spawnargs.join(' ')} ended with ${signal ?? code}`));
      }
    });
  }

  static ours(): Peer {
    return new Peer(start(process.execPath, [fileURLToPath(new URL('worker.js', import.meta.url))]));
  }

  static torch(python: string): Peer {
    return new Peer(start(python, [path.join(packageRoot(), 'bench/torch_worker.py')]));
  }

  /** The answer, or an Error with what the other side says of why there is none. One question at a time. */
  async ask<R extends Request>(request: R): Promise<AnswerTo<R>> {
    const line = await new Promise<string>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    const answer = JSON.parse(line) as Answer;
    if ('error' in answer) throw new Error(answer.error);
    return answer as AnswerTo<R>;
  }

  stop(): void {
    this.child.stdin.end();
  }
}

/** One thread each, whatever the libraries below would choose. */
function start(command: string, args: string[]): ChildProcessByStdio<Writable, Readable, null> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
}

/** The first of $PYTHON, bench/.venv and python3 that has PyTorch, or what else these imports need. */
export function findPython(imports = 'import torch'): string | undefined {
  const venv = path.join(packageRoot(), 'bench/.venv/bin/python');
  const candidates = [process.env['PYTHON'], existsSync(venv) ? venv : undefined, 'python3'];
  return candidates.find((python) => python && spawnSync(python, ['-c', imports], { stdio: 'ignore' }).status === 0);
}
