import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const STOPPING = fileURLToPath(new URL('./stopping.js', import.meta.url));

(process.platform === 'win32' ? describe.skip : describe)('a process that is to stop', () => {
  it('stops at the first signal, takes others that follow at once for the same, and ends at a later one', async () => {
    const child = fork(STOPPING);
    const said = async (act: () => void): Promise<unknown> => {
      const message = once(child, 'message');
      act();
      return (await message)[0];
    };
    expect(await said(() => undefined)).to.equal('ready');
    expect(await said(() => child.kill('SIGINT'))).to.equal('stops with 130');
    expect(await said(() => child.kill('SIGTERM'))).to.equal('hears SIGTERM');
    expect(await said(() => child.send(1000))).to.equal('it is 1000');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).to.deep.equal([null, 'SIGTERM']);
  });
});
