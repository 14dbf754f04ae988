import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What the libtensorflow of @tensorflow/tfjs-node-gpu 4.22 is built for; any CUDA 11.x and cuDNN 8.x of at least these.
 */
export const wantedCuda = { cuda: '11.2', cudnn: '8.1' } as const;

/** The libraries that it loads by these names, by platform; none elsewhere, where there is no such package. */
const libraries: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['libcudart.so.11.0', 'libcublas.so.11', 'libcudnn.so.8'],
  win32: ['cudart64_110.dll', 'cublas64_11.dll', 'cudnn64_8.dll'],
};

export interface CudaReport {
  readonly wants: typeof wantedCuda;
  /** Each GPU and the version of its driver, as nvidia-smi tells them; empty where it tells none. */
  readonly gpus: readonly string[];
  /** Where each library was found. */
  readonly libraries: readonly { readonly name: string; readonly path: string | undefined }[];
}

/**
 * What of CUDA there is on this machine. Looks where the loader looks: in the environment's folders, then in the
 * loader's own list.
 */
export async function findCuda(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<CudaReport> {
  const gpus = await gpusOf(env);
  const folders = (env[platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH'] ?? '').split(path.delimiter).filter(Boolean);
  const cached = platform === 'linux' ? await cachedLibraries(env) : new Map<string, string>();
  const find = (name: string): string | undefined =>
    folders.map((folder) => path.join(folder, name)).find(existsSync) ?? cached.get(name);
  const found = (libraries[platform] ?? []).map((name) => ({ name, path: find(name) }));
  return { wants: wantedCuda, gpus, libraries: found };
}

/**
 * The GPUs that TensorFlow may take, as CUDA_VISIBLE_DEVICES names them: those that it lists, or else the numbers of
 * all that nvidia-smi tells.
 */
export async function visibleGpus(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const listed = env['CUDA_VISIBLE_DEVICES'];
  if (listed === undefined) return (await gpusOf(env)).map((_, number) => String(number));
  const [names] = listed.split(/\s*(?:^|,)\s*-1/); // CUDA stops there
  return names.split(',').map((name) => name.trim()).filter(Boolean);
}

function gpusOf(env: NodeJS.ProcessEnv): Promise<string[]> {
  return linesOf('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader'], env);
}

/** From lines like `libcudnn.so.8 (libc6,x86-64) => /usr/lib/libcudnn.so.8`; /sbin is not on everybody's PATH. */
async function cachedLibraries(env: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const lines = await linesOf('ldconfig', ['-p'], { ...env, PATH: `${env['PATH'] ?? ''}:/usr/sbin:/sbin` });
  return new Map(lines.flatMap((line): [string, string][] => {
    const [, name, file] = /^\s*(\S+) .*=> (.+)$/.exec(line) ?? [];
    return name && file ? [[name, file]] : [];
  }));
}

/** What a command prints; nothing where there is no such command, or it fails. */
async function linesOf(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    const { stdout } = await run(command, args, { env, timeout: 10_000, maxBuffer: 2 ** 26 });
    return stdout.split('\n').map((line) => line.trim()).filter(Boolean);
  } catch {
    return [];
  }
}
