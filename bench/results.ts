import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { isFused } from '../core/kernels/kernels.js';
import { packageRoot } from '../node/package-root.js';
import { products } from '../tfjs/backend/binary.js';
import { cpuModel } from './machine.js';
import type { Timing } from './measure.js';

/** Figures by unit, by case, by whose they are: `figures.milliseconds['gradient n=5 softsort'].ours`. */
export type Figures = Record<string, Record<string, Record<string, number>>>;

/** A file of bench/results: what was measured of one commit on one machine. */
export interface Results {
  readonly commit: string;
  readonly machine: string;
  readonly cores: number;
  readonly node: string;
  /** Whether kernels had fused multiply-adds. */
  readonly fma: boolean;
  readonly figures: Figures;
}

/** Collects figures, and keeps them in bench/results where `save`. */
export class Recorder {
  private readonly figures: Figures = {};

  constructor(private readonly save: boolean) {}

  add(unit: string, label: string, figures: Readonly<Record<string, number>>): void {
    const known = (this.figures[unit] ??= {});
    const rounded = Object.entries(figures).map(([who, x]) => [who, Number(x.toPrecision(4))]);
    known[label] = { ...known[label], ...Object.fromEntries(rounded) };
  }

  /** Medians and minima; those who were not there are left out. */
  addTimings(clock: string, label: string, timings: Readonly<Record<string, Timing | undefined>>): void {
    for (const [who, timing] of Object.entries(timings)) {
      if (!timing) continue;
      this.add(`milliseconds, ${clock} time`, label, { [who]: timing.median });
      this.add(`milliseconds, ${clock} time, least`, label, { [who]: timing.min });
    }
  }

  /** Adds the figures to the file of this commit and this Node: COMMIT-nodeMAJOR.json. */
  write(): void {
    if (!this.save) return;
    const now = here(this.figures);
    const file = path.join(folder(), `${now.commit}-node${process.versions.node.split('.')[0]}.json`);
    const before = existsSync(file) ? readResults(file).figures : {};
    mkdirSync(folder(), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ ...now, figures: merged(before, this.figures) }, undefined, 2)}\n`);
    console.log(`\nkept in ${path.relative('.', file)}`);
  }
}

/** Those of a file, or of bench/results by the file's name without ending. */
export function readResults(name: string): Results {
  const file = existsSync(name) ? name : path.join(folder(), `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Results;
}

function folder(): string {
  return path.join(packageRoot(), 'bench/results');
}

/** Of the commit that is checked out, `-dirty` where files were changed since. */
function here(figures: Figures): Results {
  const describe = ['describe', '--always', '--dirty', '--exclude', '*'];
  const commit = execFileSync('git', describe, { cwd: packageRoot(), encoding: 'utf8' }).trim();
  const fma = isFused(products);
  return { commit, machine: cpuModel(), cores: availableParallelism(), node: process.version, fma, figures };
}

function merged(before: Figures, after: Figures): Figures {
  const out = structuredClone(before);
  for (const [unit, cases] of Object.entries(after)) {
    for (const [label, figures] of Object.entries(cases)) {
      const known = (out[unit] ??= {});
      known[label] = { ...known[label], ...figures };
    }
  }
  return out;
}
