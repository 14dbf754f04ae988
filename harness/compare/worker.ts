/** A run of a comparison, in a process of its own that `ChildRun` starts: a `Job` comes in, `Answer`s go out. */
import { once } from 'node:events';
import { openRegistry } from '../../node/open-registry.js';
import { messageOf, ordinaryFailure } from '../cli/ordinary-failures.js';
import { writeReportOf } from '../report/write-report-of.js';
import { runExperiment } from '../run/run.js';
import type { Progress } from '../terminal/display.js';
import { stopOnSignals } from '../terminal/stop.js';
import type { Answer, Failure, Job } from './protocol.js';

/** Milliseconds between figures. */
const OFTEN = 200;
/** Exit code of a run that failed: its last message says why. */
const FAILED = 1;

const stop = stopOnSignals();
process.once('uncaughtException', fail);
process.channel!.ref(); // until the job is there
const [job] = await once(process, 'message') as [Job];
process.channel!.unref();
await run(job).catch(fail);

async function run({ resources, origin, ...rest }: Job): Promise<void> {
  const registry = await openRegistry(...origin.registry);
  const request = { ...rest, origin, resources, registry, resume: true, log: progress(), signal: stop.signal };
  const { folder, step, finished, metrics } = await runExperiment(request);
  if (finished) await writeReportOf(folder, 'the training is complete');
  answer({ kind: 'end', finished, step, metrics });
}

function progress(): Progress {
  let last = -Infinity;
  return {
    line: () => undefined,
    warn: (text) => answer({ kind: 'warning', text }),
    step: (step, steps, { loss, ...metrics }, what) => {
      const now = performance.now();
      if (what !== undefined || (now - last < OFTEN && step < steps)) return;
      last = now;
      answer({ kind: 'figures', step, loss, metrics });
    },
    stop: () => undefined,
  };
}

function fail(error: unknown): void {
  process.exitCode = FAILED;
  answer({ kind: 'failure', ...failureOf(error) }, () => process.exit());
}

function failureOf(error: unknown): Failure {
  const ordinary = ordinaryFailure(error);
  if (ordinary) return { code: ordinary.code, message: ordinary.message };
  return { code: 'UNEXPECTED', message: `unexpected error, please report it: ${messageOf(error)}` };
}

/** Nobody hears it where `compare` was killed. */
function answer(message: Answer, sent: () => void = () => undefined): void {
  if (process.connected) process.send!(message, undefined, undefined, sent);
  else sent();
}
