import { availableParallelism, cpus } from 'node:os';
import type { LossPlugin } from '../../core/loss.js';
import { cellText } from '../terminal/output.js';
import { ownVersion } from '../cli/package-version.js';
import { differences } from './run-folder.js';
import type { CurvatureChoice } from '../../core/newton/choose-curvature.js';
import type { BackendInfo } from '../../node/tfjs/index.js';

/** versions.json: besides the experiment, what its results may depend on. */
export interface Versions {
  readonly 'newton-losses': string;
  readonly node: string;
  readonly platform: string;
  readonly tfjs: string;
  /** Processor and cores, which times depend on: `AMD EPYC 7763, 2 cores`. */
  readonly machine: string;
  readonly backend: { readonly name: string; readonly threads: number; readonly simd: boolean; readonly fma: boolean };
  readonly loss: { readonly name: string; readonly title: string; readonly source: string };
  /** What was chosen, and why. */
  readonly curvature: CurvatureChoice;
}

/**
 * versions.json as it is after a run went on elsewhere: those of its beginning, and whatever others it went on with, in
 * order.
 */
export interface VersionsRecord extends Versions {
  readonly resumed?: readonly (Versions & { /** The step that the run went on after. */ readonly after: number })[];
}

/**
 * Where the versions that a run goes on with differ from the last before, and the record with them added, undefined where
 * it has them. A choice of curvature may be told in other words; no result depends on the machine.
 */
export function resumedVersions(record: VersionsRecord, versions: Versions, after: number): ResumedVersions {
  const { resumed = [], ...first } = record;
  const now = { ...versions, after };
  const { machine, ...last } = resumed.at(-1) ?? first;
  const changed = differences({ ...last, after, curvature: versions.curvature, machine: versions.machine }, now);
  const known = changed.length === 0 && machine === versions.machine;
  return { changed, record: known ? undefined : { ...record, resumed: [...resumed, now] } };
}

interface ResumedVersions {
  readonly changed: readonly string[];
  readonly record: VersionsRecord | undefined;
}

export function versionsOf(
  backend: BackendInfo,
  { name, title, source }: LossPlugin,
  curvature: CurvatureChoice,
): Versions {
  return {
    'newton-losses': ownVersion,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    tfjs: backend.version,
    machine: machineText(),
    backend: { name: backend.name, threads: backend.threads, simd: backend.simd, fma: backend.fma },
    loss: { name, title: cellText(title), source: cellText(source) },
    curvature,
  };
}

function machineText(): string {
  const cores = availableParallelism();
  const [model = process.arch] = cpus().map((cpu) => cpu.model.trim()).filter((name) => name !== '');
  return `${model}, ${cores} core${cores === 1 ? '' : 's'}`;
}
