import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { beginFile, temporaryOf, writeFileAtomically } from '../../../harness/files/atomic-file.js';
import { temporaryFolder } from '../helpers.js';

const posix = process.platform === 'win32' ? it.skip : it;

describe('a file written atomically', () => {
  const folder = temporaryFolder();
  const place = (name: string): string => path.join(folder(), name);
  const read = (name: string): string => fs.readFileSync(place(name), 'utf8');

  it('is the whole of what one of two writers wrote at once, and nothing else is left', () => {
    const [one, other] = [beginFile(place('a')), beginFile(place('a'))];
    for (const part of ['first ', 'second']) {
      one.append(Buffer.from(`1 ${part}`));
      other.append(Buffer.from(`2 ${part}`));
    }
    one.commit();
    expect(read('a')).to.equal('1 first 1 second');
    other.commit();
    expect(read('a')).to.equal('2 first 2 second');
    expect(fs.readdirSync(folder())).to.deep.equal(['a']);
  });

  it('takes no name that is taken, where it is to be new', () => {
    const [one, other] = [beginFile(place('a'), { exclusive: true }), beginFile(place('a'), { exclusive: true })];
    one.append(Buffer.from('1'));
    one.commit();
    expect(() => other.commit()).to.throw('EEXIST');
    other.discard();
    expect([read('a'), ...fs.readdirSync(folder())]).to.deep.equal(['1', 'a']);
  });

  it('is known by its temporary name until then', () => {
    const file = beginFile(place('a.json'));
    expect(fs.readdirSync(folder()).map(temporaryOf)).to.deep.equal(['a.json']);
    file.discard();
    for (const name of ['a.json', 'a.json.tmp', 'a.1.tmp', 'thesis.12.tex.tmp']) {
      expect(temporaryOf(name), name).to.equal(undefined);
    }
  });

  posix('is where a link leads to, be something there or not, and the link stays', () => {
    fs.mkdirSync(place('far'));
    fs.writeFileSync(place('far/there'), 'old');
    fs.symlinkSync('far', place('near'));
    for (const target of ['there', 'new', 'later']) fs.symlinkSync(`near/${target}`, place(target));
    fs.symlinkSync('later', place('link-to-link'));
    for (const link of ['there', 'new', 'link-to-link']) {
      writeFileAtomically(place(link), `by ${link}`);
      expect(fs.lstatSync(place(link)).isSymbolicLink(), link).to.equal(true);
    }
    const contents = ['there', 'new', 'later'].map((name) => read(`far/${name}`));
    expect(contents).to.deep.equal(['by there', 'by new', 'by link-to-link']);
    expect(fs.readdirSync(place('far')).sort()).to.deep.equal(['later', 'new', 'there']);
    fs.symlinkSync('ring', place('ring'));
    expect(() => writeFileAtomically(place('ring'), '')).to.throw('ELOOP');
  });

  posix('keeps its mode', () => {
    fs.writeFileSync(place('secret'), 'old', { mode: 0o600 });
    writeFileAtomically(place('secret'), 'new');
    expect(fs.statSync(place('secret')).mode & 0o777).to.equal(0o600);
  });

  posix('goes into a pipe, and into a device, which stay what they are', () => {
    const pipe = place('pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = fs.openSync(pipe, fs.constants.O_RDWR); // so that neither end waits for the other
    writeFileAtomically(pipe, 'through');
    const text = Buffer.alloc(20);
    expect(text.toString('utf8', 0, fs.readSync(reader, text))).to.equal('through');
    fs.closeSync(reader);
    expect(fs.statSync(pipe).isFIFO()).to.equal(true);
    expect(fs.readdirSync(folder())).to.deep.equal(['pipe']);
    writeFileAtomically('/dev/null', 'nothing');
    expect(fs.statSync('/dev/null').isCharacterDevice()).to.equal(true);
  });

  it('is none where a folder has the name', () => {
    fs.mkdirSync(place('a'));
    expect(() => writeFileAtomically(place('a'), '')).to.throw('EISDIR');
    expect(fs.readdirSync(folder())).to.deep.equal(['a']);
  });
});
