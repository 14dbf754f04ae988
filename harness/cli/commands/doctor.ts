import { availableParallelism, cpus, totalmem } from 'node:os';
import { LossError } from '../../../core/errors.js';
import { type CudaReport, findCuda } from '../../../node/tfjs/cuda.js';
import { type DatasetReport, findDatasets } from '../../data/datasets.js';
import { describeBackend } from '../describe.js';
import { columns, print, printJson } from '../../terminal/output.js';
import { ownVersion } from '../package-version.js';
import type { BackendInfo, BackendName, BackendProbe } from '../../../node/tfjs/index.js';
import { missingTfjs } from '../missing-tfjs.js';

export interface DoctorOptions {
  readonly backend: 'auto' | BackendName;
  readonly threads: number;
  readonly data?: string;
  readonly json?: boolean;
}

/** `newton-losses doctor`: what this machine offers to a run, and what was passed over and why. */
export async function doctor({ backend, threads, data, json }: DoctorOptions): Promise<void> {
  const tfjs = await findTfjs(backend, threads);
  const cuda = await findCuda();
  const datasets = await findDatasets(data);
  const versions = { 'newton-losses': ownVersion, node: process.version, tfjs: tfjs.used?.version ?? tfjs.missing };
  const machine = {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
  };
  if (json) return printJson({ versions, machine, used: tfjs.used, backends: tfjs.backends, cuda, datasets });
  columns([
    ...Object.entries(versions),
    ['machine', `${machine.platform}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB`],
    ...(tfjs.used ? [['backend', describeBackend(tfjs.used)[0]]] : []),
    ...tfjs.backends.map((probe) => [`  ${probe.backend}`, probeText(probe)]),
    ...cudaRows(cuda),
    ...datasets.map((dataset) => [dataset.name, datasetText(dataset)]),
  ]).forEach((line) => print(line));
}

/** The backend that is used and all there are; or, where it is missing, how to install tfjs. */
interface Tfjs {
  readonly used?: BackendInfo;
  readonly missing?: string;
  readonly backends: readonly BackendProbe[];
}

async function findTfjs(choice: 'auto' | BackendName, threads: number): Promise<Tfjs> {
  try {
    const { probeBackends, useBackend } = await import('../../../node/tfjs/index.js');
    const backends = await probeBackends();
    return { used: await startProbed(choice, backends, (name) => useBackend(name, { threads })), backends };
  } catch (error) {
    const missing = missingTfjs(error);
    if (missing === undefined) throw error;
    return { missing: missing.message, backends: [] };
  }
}

/** As `useBackend`, which is `start`, but one that ended the process that tried it does not get another. */
async function startProbed(
  choice: 'auto' | BackendName,
  probes: readonly BackendProbe[],
  start: (name: BackendName) => Promise<BackendInfo>,
): Promise<BackendInfo> {
  const passedOver: { backend: BackendName; reason: string }[] = [];
  for (const { backend, reason } of choice === 'auto' ? probes : probes.filter((probe) => probe.backend === choice)) {
    if (reason === undefined) return { ...(await start(backend)), passedOver };
    passedOver.push({ backend, reason });
  }
  const reasons = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  throw new LossError('UNSUPPORTED', `doctor: expected a tfjs backend that works here, got ${reasons}`);
}

const onSmallNetworks = '; on small networks, as of the presets quick-*, wasm needs about as little';

function probeText({ backend, reason, gpu }: BackendProbe): string {
  if (reason !== undefined) return reason;
  if (gpu === undefined) return 'works';
  return `works, on the ${gpu ? 'GPU' : 'CPU'}${backend === 'native' ? onSmallNetworks : ''}`;
}

function cudaRows({ wants, gpus, libraries }: CudaReport): [string, string][] {
  return [
    ['cuda wants', `an NVIDIA driver, CUDA ${wants.cuda} or a later 11.x, cuDNN ${wants.cudnn} or a later 8.x`],
    ['  GPU, driver', gpus.join('; ') || 'none found by nvidia-smi'],
    ...libraries.map(({ name, path }): [string, string] => [`  ${name}`, path ?? 'not found']),
  ];
}

function datasetText(dataset: DatasetReport): string {
  if (!dataset.found) return `not found: ${dataset.reason}`;
  const counts = Object.entries(dataset.counts).map(([split, count]) => `${count} ${split}`);
  return `${counts.join(', ')}, in ${dataset.folder}`;
}
