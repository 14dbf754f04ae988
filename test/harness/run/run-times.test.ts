import { expect } from 'chai';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openRegistry } from '../../../node/open-registry.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { runContainer } from '../../../harness/run/container.js';
import { loadCheckpoint, saveCheckpoint } from '../../../harness/run/checkpoint.js';
import { RunFolder } from '../../../harness/run/run-folder.js';
import { readRun } from '../../../harness/run/run-record.js';
import { Stopwatch } from '../../../harness/run/run-times.js';
import { Trainer } from '../../../harness/run/train.js';
import { silent } from '../../../harness/terminal/display.js';
import { metricsOf } from '../command-line.js';
import { codeOf, temporaryFolder } from '../helpers.js';
import { tinyExperiment } from './tiny-experiment.js';

const experiment = tinyExperiment();

describe('times of a run', () => {
  const parent = temporaryFolder();
  const folder = (): string => path.join(parent(), 'run');
  const times = (): string => readFileSync(path.join(folder(), 'times.jsonl'), 'utf8');
  before(() => useBackend('cpu'));

  /** Trains on, a second of the clock at each look at it, and stops after a step. */
  const train = async (run: RunFolder, last = 6): Promise<void> => {
    let now = 0;
    const stop = new AbortController();
    const log = { ...silent, step: (step: number) => step === last && stop.abort() };
    const parts = { experiment, registry: await openRegistry(), folder: run, log, clock: () => 1000 * now++ };
    await runContainer(parts).resolve(Trainer).train(undefined, stop.signal).finally(() => run.close());
  };
  const resume = (): RunFolder => RunFolder.resume(folder(), experiment, expect.fail);
  const wall = (): (number | undefined)[] => readRun(folder()).times.map(({ wallSeconds }) => wallSeconds);

  it('are on record beside each line of the metrics', async () => {
    await train(RunFolder.create(folder(), experiment));
    const { times } = readRun(folder());
    expect(times.map(({ step }) => step)).to.deep.equal([0, 2, 4, 6]);
    expect(wall()).to.deep.equal([1, 6, 12, 17]); // two looks a step, one at each line and each checkpoint
    const cpu = times.map(({ processSeconds }) => processSeconds!);
    expect(cpu).to.deep.equal(cpu.toSorted((a, b) => a - b)).and.satisfy(([first]: number[]) => first > 0);
    expect(times[0].at).to.be.closeTo(Date.now() / 1000, 60).and.at.most(times[3].at);
    expect(metricsOf(folder())).not.to.include('Seconds');
  });

  it('add up over the processes that a run was in, from its checkpoints on', async () => {
    await train(RunFolder.create(folder(), experiment), 5);
    expect(wall()).to.deep.equal([1, 6, 12]);
    appendFileSync(path.join(folder(), 'times.jsonl'), '{"step":6,"at":1,"wallSeconds":99}\n{"step":6,"a');
    await train(resume());
    expect(wall()).to.deep.equal([1, 6, 12, 18]);
    const before = times();
    await train(resume());
    expect(times()).to.equal(before);
    rmSync(path.join(folder(), 'checkpoint-00000006.bin'));
    await train(resume());
    expect(readRun(folder()).times.map(({ step }) => step)).to.deep.equal([0, 2, 4, 6]);
  });

  it('begin anew where a run does', async () => {
    await train(RunFolder.create(folder(), experiment), 1);
    for (const name of ['checkpoint-00000001.bin', 'metrics.jsonl']) rmSync(path.join(folder(), name));
    RunFolder.create(folder(), experiment).close();
    expect(readRun(folder()).times).to.deep.equal([]);
  });

  it('say of a run that an earlier version began when it was, not how long', async () => {
    await train(RunFolder.create(folder(), experiment), 3);
    const checkpoint = loadCheckpoint(folder(), expect.fail)!;
    const state = { ...(checkpoint.state as object), taken: undefined };
    saveCheckpoint(folder(), { ...checkpoint, state });
    rmSync(path.join(folder(), 'times.jsonl'));
    await train(resume());
    expect(readRun(folder()).times.map(({ step, at, ...taken }) => [step, at > 0, taken])).to.deep.equal([
      [4, true, {}],
      [6, true, {}],
    ]);
  });

  it('are DATA where they are malformed', async () => {
    await train(RunFolder.create(folder(), experiment), 1);
    appendFileSync(path.join(folder(), 'times.jsonl'), '{"step":"x"}\n');
    expect(codeOf(() => readRun(folder()))).to.equal('DATA');
  });

  it('of the process are those of its processor', () => {
    const watch = new Stopwatch({ wallSeconds: 2, processSeconds: 3 }, () => 0);
    while (watch.taken().processSeconds < 3.02) Math.hypot(1, 2);
    expect(watch.taken()).to.include({ wallSeconds: 2 });
  });
});
