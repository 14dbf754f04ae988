import { createHash, type Hash } from 'node:crypto';
import * as fs from 'node:fs';
import { LossError } from '../../core/errors.js';
import { type FileSystem, writeFully } from '../files/atomic-file.js';

/** What is used of node:fs to write metrics. */
export type MetricsDisk = FileSystem & Pick<typeof fs, 'ftruncateSync'>;

/** How far metrics.jsonl was at some moment, and what it held. */
export interface MetricsMark {
  readonly bytes: number;
  /** Of those bytes, hexadecimal. */
  readonly sha256: string;
}

/** metrics.jsonl of a run, as the process that writes it has it open. */
export class MetricsFile {
  private bytes = 0;
  private hash = createHash('sha256');

  private constructor(
    readonly path: string,
    private readonly descriptor: number,
    private readonly disk: MetricsDisk,
  ) {}

  /** Opens a file, or makes an empty one. `cut` says where writing begins. */
  static open(file: string, disk: MetricsDisk = fs): MetricsFile {
    return new MetricsFile(file, fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT), disk);
  }

  /**
   * What is wrong with the file for a run that goes on from `mark`; undefined where it begins with what it held then.
   */
  fault({ bytes, sha256 }: MetricsMark): string | undefined {
    const { size } = fs.fstatSync(this.descriptor);
    if (size < bytes) return `${this.path} should have at least ${bytes} bytes, those of that step, got ${size}`;
    return this.hashOf(bytes).digest('hex') === sha256 ? undefined : `${this.path} is not what it was at that step`;
  }

  /** Leaves the first `bytes` bytes, behind which `append` goes on. */
  cut(bytes: number): void {
    this.disk.ftruncateSync(this.descriptor, bytes);
    this.bytes = bytes;
    this.hash = this.hashOf(bytes);
  }

  /** Adds a line. CHECKPOINT where the file is not this process's own any more: nobody would find the line. */
  append(line: object): void {
    this.requireUnchanged();
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    writeFully(this.descriptor, bytes, this.bytes, this.disk);
    this.bytes += bytes.length;
    this.hash.update(bytes);
  }

  /** Where the file is now; all of it is on the disk then. CHECKPOINT as for `append`. */
  sync(): MetricsMark {
    this.requireUnchanged();
    this.disk.fsyncSync(this.descriptor);
    return { bytes: this.bytes, sha256: this.hash.copy().digest('hex') };
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }

  private requireUnchanged(): void {
    const named = fs.statSync(this.path, { bigint: true, throwIfNoEntry: false });
    const open = fs.fstatSync(this.descriptor, { bigint: true });
    const same = named?.ino === open.ino && named.dev === open.dev;
    if (same && open.size === BigInt(this.bytes)) return;
    const length = `should have the ${this.bytes} bytes that were written, got ${open.size}`;
    const what = same ? length : 'was removed or replaced';
    throw new LossError('CHECKPOINT', `${this.path} ${what} while the run had it open: it ends here`);
  }

  private hashOf(bytes: number): Hash {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(Math.min(bytes, 1 << 16));
    for (let at = 0; at < bytes;) {
      const read = fs.readSync(this.descriptor, chunk, 0, Math.min(chunk.length, bytes - at), at);
      if (read === 0) break;
      hash.update(chunk.subarray(0, read));
      at += read;
    }
    return hash;
  }
}
