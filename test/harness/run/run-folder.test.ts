import { expect } from 'chai';
import * as fs from 'node:fs';
import path from 'node:path';
import { type Experiment, validExperiment } from '../../../harness/experiments/experiment.js';
import { RunFolder } from '../../../harness/run/run-folder.js';
import { codeOf, temporaryFolder } from '../helpers.js';

const experiment = (changes: object = {}): Experiment =>
  validExperiment({
    name: 'test',
    task: { name: 't' },
    model: { name: 'm' },
    loss: { name: 'mse' },
    steps: 10,
    ...changes,
  }, 'test');

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
    const names = ['thesis.tex', 'report.html', 'data.json', 'summary.json', 'metrics.jsonl', 'a.json.tmp'];
    for (const [k, name] of names.entries()) {
      const home = path.join(parent(), `home ${k}`);
      fs.mkdirSync(home);
      fs.writeFileSync(path.join(home, name), 'precious');
      expect(codeOf(() => RunFolder.create(home, experiment())), name).to.equal('CHECKPOINT');
      expect(fs.readdirSync(home)).to.deep.equal([name]);
      expect(fs.readFileSync(path.join(home, name), 'utf8')).to.equal('precious');
    }
  });

  it('is begun again where one was stopped before its first step, report and all', () => {
    const run = RunFolder.create(folder(), experiment());
    const names = ['versions.json', 'data.json', 'report.html', 'summary.json', 'predictions.svg'];
    for (const name of names) run.writeText(name, '{}');
    run.close();
    fs.writeFileSync(path.join(folder(), 'report.html.17.0123456789ab.tmp'), '<html');
    RunFolder.create(folder(), experiment()).close();
    expect(fs.readdirSync(folder())).not.to.include('report.html.17.0123456789ab.tmp');
  });

  it('loses nothing but its own half-written files when it goes on', () => {
    const run = RunFolder.create(folder(), experiment());
    run.append({ step: 1 });
    run.close();
    const user = ['notes.tmp', 'plot.svg.12.0123456789ab.tmp', 'checkpoint.bin.tmp'];
    const own = ['checkpoint-00000003.bin.tmp', 'data.json.tmp', 'checkpoint-00000003.bin.4.0123456789ab.tmp'];
    for (const name of [...user, ...own]) fs.writeFileSync(path.join(folder(), name), '');
    resume().close();
    expect(fs.readdirSync(folder())).to.include.members(user).and.not.to.include.members(own.slice(0, 1));
    expect(fs.readdirSync(folder())).to.have.lengthOf(2 + user.length);
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

  it('goes on with a run from before optimizers had names', () => {
    const old = experiment();
    Reflect.deleteProperty(old.optimizer, 'name');
    const run = RunFolder.create(folder(), old);
    run.append({ step: 1 });
    run.save({ step: 1, state: {}, arrays: {} });
    run.close();
    const resumed = resume();
    expect(resumed.checkpoint?.step).to.equal(1);
    resumed.close();
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
    expect(codeOf(() => resume({ newton: { lambda: { relative: 2 } } }))).to.equal('CHECKPOINT');
    fs.writeFileSync(path.join(folder(), 'metrics.jsonl'), '');
    expect(codeOf(() => RunFolder.resume(folder(), experiment(), () => undefined))).to.equal('CHECKPOINT');
    expect(codeOf(() => RunFolder.resume(parent(), experiment(), expect.fail))).to.equal('CHECKPOINT');
  });

  it('goes on from the checkpoint before where metrics.jsonl is too short for the last, or altered', () => {
    const run = RunFolder.create(folder(), experiment());
    for (const step of [1, 2]) {
      run.append({ step });
      run.save({ step, state: {}, arrays: {} });
    }
    run.close();
    const whole = metrics();
    for (const other of [whole.slice(0, -1), whole.replace('2', '7')]) {
      fs.writeFileSync(path.join(folder(), 'metrics.jsonl'), other);
      const warnings: string[] = [];
      const again = RunFolder.resume(folder(), experiment(), (warning) => warnings.push(warning));
      again.close();
      expect([again.checkpoint?.step, warnings.length, metrics()]).to.deep.equal([1, 1, '{"step":1}\n']);
    }
    fs.writeFileSync(path.join(folder(), 'metrics.jsonl'), whole.replace('1', '7'));
    expect(codeOf(() => RunFolder.resume(folder(), experiment(), () => undefined))).to.equal('CHECKPOINT');
  });

  it('does not go on from a checkpoint of another experiment, be it put there or experiment.json edited', () => {
    const begin = (place: string, changes: object): void => {
      const run = RunFolder.create(place, experiment(changes));
      run.append({ step: 1 });
      run.save({ step: 1, state: {}, arrays: {} });
      run.close();
    };
    const other = path.join(parent(), 'other');
    const checkpoint = (place: string): string => path.join(place, 'checkpoint-00000001.bin');
    begin(folder(), {});
    begin(other, { seed: 1 });
    fs.copyFileSync(checkpoint(other), checkpoint(folder()));
    expect(codeOf(() => resume())).to.equal('CHECKPOINT');
    fs.copyFileSync(path.join(folder(), 'experiment.json'), path.join(other, 'experiment.json'));
    expect(codeOf(() => RunFolder.resume(other, experiment(), expect.fail))).to.equal('CHECKPOINT');
    expect(fs.readdirSync(other)).not.to.include('lock');
  });

  it('ends with an error where its metrics are removed, replaced or changed while it runs', () => {
    const file = path.join(folder(), 'metrics.jsonl');
    const ways: Record<string, () => void> = {
      removed: () => fs.rmSync(file),
      replaced: () => fs.renameSync(path.join(folder(), 'experiment.json'), file),
      truncated: () => fs.truncateSync(file),
      lengthened: () => fs.appendFileSync(file, 'x'),
    };
    for (const [way, change] of Object.entries(ways)) {
      const run = RunFolder.create(folder(), experiment());
      run.append({ step: 1 });
      change();
      expect(codeOf(() => run.append({ step: 2 })), way).to.equal('CHECKPOINT');
      expect(codeOf(() => run.save({ step: 2, state: {}, arrays: {} })), way).to.equal('CHECKPOINT');
      run.close();
      fs.rmSync(folder(), { recursive: true });
    }
  });

  it('can be closed when it is gone', () => {
    const run = RunFolder.create(folder(), experiment());
    fs.rmSync(folder(), { recursive: true });
    fs.writeFileSync(folder(), 'a file for a folder');
    run.close();
  });

  it('says with a code that a file of its own is damaged', () => {
    const run = RunFolder.create(folder(), experiment());
    run.writeText('versions.json', '{');
    expect(codeOf(() => run.readJson('versions.json'))).to.equal('CHECKPOINT');
    expect(run.readJson('data.json')).to.equal(undefined);
    run.close();
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
