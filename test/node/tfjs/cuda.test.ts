import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { findCuda, visibleGpus } from '../../../node/tfjs/cuda.js';
import { temporaryFolder } from '../../harness/helpers.js';

describe('findCuda', () => {
  const folder = temporaryFolder();

  /** A command of this name that prints a text. */
  function command(name: string, text: string): string {
    const bin = path.join(folder(), 'bin');
    mkdirSync(bin, { recursive: true });
    const file = path.join(bin, name);
    writeFileSync(file, `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`);
    chmodSync(file, 0o755);
    return bin;
  }

  it('tells the GPUs, and where each library is: by the environment first, then by the loader', async function() {
    if (process.platform === 'win32') this.skip();
    const libraries = path.join(folder(), 'lib');
    mkdirSync(libraries);
    writeFileSync(path.join(libraries, 'libcudart.so.11.0'), '');
    const lines = ['libcudnn.so.8', 'libcudart.so.11.0'].map((name) => `\t${name} (libc6,x86-64) => /opt/${name}`);
    command('ldconfig', `2 libs found in cache\n${lines.join('\n')}`);
    const bin = command('nvidia-smi', 'Some GPU, 535.54\nAnother GPU, 535.54\n');
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, LD_LIBRARY_PATH: `/nowhere:${libraries}` };
    const report = await findCuda(env, 'linux');
    expect(report.gpus).to.deep.equal(['Some GPU, 535.54', 'Another GPU, 535.54']);
    expect(report.libraries).to.deep.equal([
      { name: 'libcudart.so.11.0', path: path.join(libraries, 'libcudart.so.11.0') },
      { name: 'libcublas.so.11', path: undefined },
      { name: 'libcudnn.so.8', path: '/opt/libcudnn.so.8' },
    ]);
  });

  it('names the GPUs that TensorFlow may take as the environment does, or else by number', async function() {
    if (process.platform === 'win32') this.skip();
    const env = { PATH: command('nvidia-smi', 'Some GPU, 535.54\nAnother GPU, 535.54\n') + `:${process.env['PATH']}` };
    const named = (list: string): Promise<string[]> => visibleGpus({ ...env, CUDA_VISIBLE_DEVICES: list });
    expect(await visibleGpus(env)).to.deep.equal(['0', '1']);
    expect(await named('1, GPU-1-1')).to.deep.equal(['1', 'GPU-1-1']);
    expect(await named('1,-1,0')).to.deep.equal(['1']); // as CUDA reads it
    for (const none of ['', '-1']) expect(await named(none)).to.deep.equal([]);
    expect(await visibleGpus({ PATH: '/nowhere' })).to.deep.equal([]);
  });

  it('finds nothing where there is nothing, and asks for no library where there is no such package', async () => {
    const { gpus, libraries } = await findCuda({ PATH: '/nowhere' }, 'linux');
    expect(gpus).to.deep.equal([]);
    expect(libraries.map(({ name }) => name)).to.deep.equal(['libcudart.so.11.0', 'libcublas.so.11', 'libcudnn.so.8']);
    expect((await findCuda({ PATH: '/nowhere' }, 'darwin')).libraries).to.deep.equal([]);
  });
});
