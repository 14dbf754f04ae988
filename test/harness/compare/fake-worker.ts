/** Stands for worker.ts in the tests of `compare`: as slow as its variant says, without a network; `gpu` says which it sees. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Job } from '../../../harness/compare/protocol.js';
import { readRun } from '../../../harness/run/run-record.js';
import { writeRun } from '../report-folders.js';

const say = (answer: Answer): void => void process.send!(answer);
let stopped = false;
process.once('SIGINT', () => (stopped = true));
process.channel!.ref();
const [{ folder, experiment }] = await once(process, 'message') as [Job];
process.channel!.unref();
const { steps, seed } = experiment;
const variant = path.basename(path.dirname(folder));

if (variant === 'bad') say({ kind: 'failure', code: 'NONFINITE', message: 'diverged at step 12: sample 3' });
else if (variant === 'broken') say({ kind: 'failure', code: 'UNEXPECTED', message: 'unexpected error: no such thing' });
else if (variant === 'aborted') {
  process.stderr.write('FATAL ERROR: heap out of memory\n', () => process.kill(process.pid, 'SIGKILL'));
} else await train();

async function train(): Promise<void> {
  if (variant === 'none') say({ kind: 'warning', text: 'it rains' });
  if (variant === 'gpu') say({ kind: 'warning', text: `sees ${process.env['CUDA_VISIBLE_DEVICES'] ?? 'all'}` });
  let step = existsSync(folder) ? readRun(folder).training.at(-1)?.step ?? 0 : 0;
  const metrics = { EM: 0.2 };
  while (step < steps && !stopped) {
    step += variant === 'slow' ? 100 : steps;
    writeRun(folder, { variant: 'fisher', seed, level: 0.2, steps, reached: step });
    say({ kind: 'figures', step, loss: 1 / step, metrics });
    await sleep(30);
  }
  say({ kind: 'end', finished: step === steps, step, metrics });
}
