import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lockFolder } from '../../../harness/files/lock.js';
import { codeOf, temporaryFolder } from '../helpers.js';

const CONTENDER = fileURLToPath(new URL('./lock-contender.js', import.meta.url));
const TRIALS = 20;

describe('lock of a folder', () => {
  const folder = temporaryFolder();
  const file = (): string => path.join(folder(), 'lock');
  const gone = (): number => spawnSync(process.execPath, ['-e', '']).pid;
  const lockOf = (owner: object): void => fs.writeFileSync(file(), JSON.stringify(owner));
  const mine = (): { pid: number; host: string; started?: string; token: string } => {
    const unlock = lockFolder(folder());
    const content = JSON.parse(fs.readFileSync(file(), 'utf8')) as ReturnType<typeof mine>;
    unlock();
    return content;
  };

  it('keeps others out until it is given back, in the same process too', () => {
    const unlock = lockFolder(folder());
    expect(codeOf(() => lockFolder(folder()))).to.equal('CHECKPOINT');
    expect(codeOf(() => lockFolder(folder(), 'DATA'))).to.equal('DATA');
    expect(fs.readdirSync(folder())).to.deep.equal(['lock']);
    unlock();
    lockFolder(folder())();
    expect(fs.readdirSync(folder())).to.deep.equal([]);
  });

  it('does not hold once its process is gone, nor where nobody can have finished writing it', () => {
    const pid = gone();
    for (const left of ['', '{"pid":', 'null', '{}', String(pid), JSON.stringify({ ...mine(), pid })]) {
      fs.writeFileSync(file(), left);
      lockFolder(folder())();
      expect(fs.readdirSync(folder()), left).to.deep.equal([]);
    }
  });

  it('holds where its process lives, says nothing of when it began, or is on another host', () => {
    const { host } = mine();
    expect(host).to.equal(hostname());
    for (const owner of [{ pid: process.ppid }, { pid: process.ppid, host }, { pid: gone(), host: 'another' }]) {
      lockOf(owner);
      expect(codeOf(() => lockFolder(folder())), JSON.stringify(owner)).to.equal('CHECKPOINT');
      expect(JSON.parse(fs.readFileSync(file(), 'utf8'))).to.deep.equal(owner);
    }
  });

  const linux = process.platform === 'linux' ? it : it.skip;
  linux('does not hold where its process number has been given to another process, as after a reboot', () => {
    for (const pid of [process.pid, process.ppid]) {
      lockOf({ ...mine(), pid, started: 'an earlier boot 17' });
      lockFolder(folder())();
      expect(fs.existsSync(file())).to.equal(false);
    }
  });

  it('is not removed by one whom it does not belong to, and a folder that is gone is no trouble', () => {
    const unlock = lockFolder(folder());
    lockOf({ pid: process.ppid });
    unlock();
    expect(fs.existsSync(file())).to.equal(true);
    fs.rmSync(file());
    const inner = path.join(folder(), 'inner');
    fs.mkdirSync(inner);
    const again = lockFolder(inner);
    fs.rmSync(inner, { recursive: true });
    fs.writeFileSync(inner, 'a file for a folder');
    again();
  });

  it('can be taken although a process was killed while it took over that of another', () => {
    const [stale, killed] = [0, 1].map(() => JSON.stringify({ ...mine(), pid: gone() })) as [string, string];
    fs.writeFileSync(file(), stale);
    const right = `${file()}.${createHash('sha256').update(stale).digest('hex').slice(0, 12)}`;
    fs.writeFileSync(right, JSON.stringify({ pid: process.ppid }));
    expect(codeOf(() => lockFolder(folder())), 'is just being taken over').to.equal('CHECKPOINT');
    fs.writeFileSync(right, killed);
    const unlock = lockFolder(folder());
    expect(fs.readdirSync(folder())).to.deep.equal(['lock']);
    unlock();
  });

  const kinds = { none: undefined, 'one of a process that is gone': 'dead', 'an empty one': '' };
  for (const [kind, left] of Object.entries(kinds)) {
    it(`is taken by one of two processes that ask at the same moment where there is ${kind}`, async () => {
      const answer = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0];
      const children = [0, 1].map(() => fork(CONTENDER));
      try {
        for (let trial = 0; trial < TRIALS; trial++) {
          const place = path.join(folder(), String(trial));
          fs.mkdirSync(place);
          if (left !== undefined) fs.writeFileSync(path.join(place, 'lock'), left && String(children[0].pid! + 1e9));
          const at = String(process.hrtime.bigint() + 2_000_000n);
          const answers = children.map(answer);
          children.forEach((child) => child.send({ folder: place, at }));
          expect((await Promise.all(answers)).sort()).to.deep.equal(['CHECKPOINT', 'won']);
          const released = children.map(answer);
          children.forEach((child) => child.send({}));
          await Promise.all(released);
          expect(fs.readdirSync(place)).to.deep.equal([]);
        }
      } finally {
        children.forEach((child) => child.disconnect());
      }
    });
  }
});
