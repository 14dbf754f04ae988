import { expect } from 'chai';
import * as fs from 'node:fs';
import path from 'node:path';
import { type Experiment, validExperiment } from '../../harness/experiment.js';
import { RunFolder } from '../../harness/run-folder.js';
import { codeOf, temporaryFolder } from './helpers.js';

const experiment = (changes: object = {}): Experiment =>
  validExperiment({ name: 'test', task: { name: 't' }, model: { name: 'm' }, loss: { name: 'mse' }, steps: 10, ...changes }, 'test');

describe('run folder', () => {
  const parent = temporaryFolder();
  const folder = (): string => path.join(parent(), 'deep', 'run');
  const metrics = (): string => fs.readFileSync(path.join(folder(), 'metrics.jsonl'), 'utf8');
  const resume = (changes?: object): RunFolder => RunFolder.resume(folder(), experiment(changes), expect.fail);

  it('is never begun twice, nor where other files are', () => {
    const run = RunFolder.create(folder(), experiment());
    run.append({ step: 1 });
    run.close();
    expect(codeOf(() => RunFolder.create(folder(), experiment()))).to.equal('CHECKPOINT');
    const home = path.join(parent(), 'home');
    fs.mkdirSync(home);
    fs.writeFileSync(path.join(home, 'thesis.tex'), '');
    expect(codeOf(() => RunFolder.create(home, experiment()))).to.equal('CHECKPOINT');
    expect(fs.readdirSync(home)).to.deep.equal(['thesis.tex']);
  });

  it('is begun again where a process got nowhere, be it with another experiment', () => {
    fs.mkdirSync(folder(), { recursive: true });
    fs.writeFileSync(path.join(folder(), 'experiment.json.tmp'), '{"na');
    fs.writeFileSync(path.join(folder(), 'checkpoint-00000100.bin.tmp'), 'half of the fir');
    RunFolder.create(folder(), experiment()).close();
    RunFolder.create(folder(), experiment({ seed: 1 })).close();
    resume({ seed: 1 }).close();
    expect(fs.readdirSync(folder()).sort()).to.deep.equal(['experiment.json', 'metrics.jsonl']);
  });

  it('cuts what was measured after the last checkpoint when it goes on', () => {
    const run = RunFolder.create(folder(), experiment());
    run.append({ step: 1, text: 'é' });
    run.save({ step: 1, state: {}, arrays: {} });
    run.append({ step: 2 });
    run.close();
    const again = resume();
    expect(again.checkpoint?.step).to.equal(1);
    again.append({ step: 'other' });
    again.close();
    expect(metrics()).to.equal('{"step":1,"text":"é"}\n{"step":"other"}\n');
  });

  it('begins anew where there is no checkpoint yet', () => {
    const run = RunFolder.create(folder(), experiment());
    run.append({ step: 1 });
    run.close();
    const again = resume();
    expect(again.checkpoint).to.equal(undefined);
    expect(metrics()).to.equal('');
    again.close();
  });

  it('refuses to go on with another experiment, where metrics are gone, and where there is no run', () => {
    const run = RunFolder.create(folder(), experiment());
    run.append({ step: 1 });
    run.save({ step: 1, state: {}, arrays: {} });
    run.close();
    expect(codeOf(() => resume({ seed: 1 }))).to.equal('CHECKPOINT');
    expect(codeOf(() => resume({ newton: { lambda: { relative: 1 } } }))).to.equal('CHECKPOINT');
    fs.writeFileSync(path.join(folder(), 'metrics.jsonl'), '');
    expect(codeOf(() => resume())).to.equal('CHECKPOINT');
    expect(codeOf(() => RunFolder.resume(parent(), experiment(), expect.fail))).to.equal('CHECKPOINT');
  });

  it('is open in one process at a time', () => {
    RunFolder.create(folder(), experiment()).close();
    const lock = path.join(folder(), 'lock');
    fs.writeFileSync(lock, String(process.ppid));
    expect(codeOf(() => resume())).to.equal('CHECKPOINT');
    expect(codeOf(() => RunFolder.create(folder(), experiment()))).to.equal('CHECKPOINT');
    for (const dead of ['', '999999999']) {
      fs.writeFileSync(lock, dead);
      resume().close();
      expect(fs.existsSync(lock)).to.equal(false);
    }
  });

  it('gives a coded error when the disk is full, and what was saved before remains', () => {
    let full = false;
    const writeSync = (descriptor: number, bytes: Uint8Array, offset: number, length: number, at: number): number => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return fs.writeSync(descriptor, bytes, offset, length, at);
    };
    const run = RunFolder.create(folder(), experiment(), { ...fs, writeSync });
    run.append({ step: 1 });
    run.save({ step: 1, state: {}, arrays: { w: Float32Array.of(1) } });
    full = true;
    expect(codeOf(() => run.append({ step: 2 }))).to.equal('CHECKPOINT');
    expect(codeOf(() => run.save({ step: 2, state: {}, arrays: {} }))).to.equal('CHECKPOINT');
    run.close();
    const again = resume();
    expect(again.checkpoint?.arrays['w']).to.deep.equal(Float32Array.of(1));
    expect(metrics()).to.equal('{"step":1}\n');
    again.close();
  });
});
