import { availableParallelism, cpus, totalmem } from 'node:os';
import { type DatasetReport, findDatasets } from '../data/datasets.js';
import { describeBackend } from '../describe.js';
import { columns, print, printJson } from '../output.js';
import { ownVersion } from '../package-version.js';
import { type BackendName, probeBackends, useBackend } from '../tfjs/index.js';

export interface DoctorOptions {
  readonly backend: 'auto' | BackendName;
  readonly threads: number;
  readonly data?: string;
  readonly json?: boolean;
}

/** `newton-losses doctor`: what this machine offers to a run, and what was passed over and why. */
export async function doctor({ backend, threads, data, json }: DoctorOptions): Promise<void> {
  const used = await useBackend(backend, { threads });
  const backends = await probeBackends();
  const datasets = await findDatasets(data);
  const versions = { 'newton-losses': ownVersion, node: process.version, tfjs: used.version };
  const machine = { platform: `${process.platform} ${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), memoryGB: Math.round(totalmem() / 2 ** 30) };
  if (json) return printJson({ versions, machine, used, backends, datasets });
  columns([
    ...Object.entries(versions),
    ['machine', `${machine.platform}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB`],
    ['backend', describeBackend(used)[0]!],
    ...backends.map(({ backend: other, reason }) => [`  ${other}`, reason ?? 'works']),
    ...datasets.map((dataset) => [dataset.name, datasetText(dataset)]),
  ]).forEach((line) => print(line));
}

function datasetText(dataset: DatasetReport): string {
  if (!dataset.found) return `not found: ${dataset.reason}`;
  const counts = Object.entries(dataset.counts).map(([split, count]) => `${count} ${split}`);
  return `${counts.join(', ')}, in ${dataset.folder}`;
}
