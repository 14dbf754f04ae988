import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { LossError } from '../../../core/errors.js';
import { ordinaryFailure } from '../../../harness/cli/ordinary-failures.js';
import { temporaryFolder } from '../helpers.js';

/** What README says, too. */
const INSTALL = 'npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0';

describe('ordinary failures', () => {
  const folder = temporaryFolder();
  const failing = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error;
    }
    throw new Error('expected an error');
  };

  it('of the system are DATA and name the path', () => {
    const file = path.join(folder(), 'file');
    writeFileSync(file, 'text');
    const below = path.join(file, 'below');
    const long = path.join(folder(), 'x'.repeat(300));
    const errors = [
      () => readFileSync(below),
      () => mkdirSync(below),
      () => readFileSync(folder()),
      () => writeFileSync(long, ''),
      () => renameSync(long, below),
    ];
    for (const work of errors) {
      const failure = ordinaryFailure(failing(work));
      expect(failure).to.be.instanceOf(LossError).with.property('code', 'DATA');
      expect(failure!.message).to.match(/^cannot (read|write) /);
    }
    expect(ordinaryFailure(failing(() => readFileSync(below)))!.message).to.contain(below).and.to.contain('ENOTDIR');
  });

  it('of a full disk, of permissions and of processes are named, in words', () => {
    const system = (code: string, syscall: string): Error =>
      Object.assign(new Error(`${code}: words`), { code, syscall, errno: -1 });
    expect(ordinaryFailure(system('ENOSPC', 'write'))!.message).to.contain('the disk is full');
    expect(ordinaryFailure(system('EACCES', 'open'))!.message).to.contain('no permission');
    expect(ordinaryFailure(system('EAGAIN', 'spawn node'))).to.have.property('code', 'UNSUPPORTED');
  });

  it('of sizes beyond memory are UNSUPPORTED', () => {
    const errors = [() => new Float64Array(2 ** 53 - 1), () => new ArrayBuffer(2 ** 52), () => 'x'.repeat(2 ** 30)];
    for (const work of errors) expect(ordinaryFailure(failing(work))).to.have.property('code', 'UNSUPPORTED');
  });

  it('of TensorFlow.js that is not installed say how to install it, wherever it was missed', () => {
    const missing = (name: string): Error =>
      Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere`), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
    const core = missing('@tensorflow/tfjs-core');
    for (const error of [core, new LossError('REGISTRY', 'cannot import ./own-task.js', { cause: core })]) {
      const { code, message } = ordinaryFailure(error)!;
      expect([code, message]).to.deep.equal(['UNSUPPORTED', `@tensorflow/tfjs-core is not installed: ${INSTALL}`]);
    }
    expect(ordinaryFailure(missing('@tensorflow/tfjs-core-of-mine'))).to.equal(undefined);
    expect(ordinaryFailure(missing('another'))).to.equal(undefined);
  });

  it('are no mistakes of the program, and no other errors', () => {
    const known = new LossError('PARAMS', 'known');
    expect(ordinaryFailure(known)).to.equal(known);
    expect(ordinaryFailure(new TypeError('x is not a function'))).to.equal(undefined);
    expect(ordinaryFailure(new RangeError('Maximum call stack size exceeded'))).to.equal(undefined);
    expect(ordinaryFailure('text')).to.equal(undefined);
  });
});
