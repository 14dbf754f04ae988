export type Environment = Readonly<Record<string, string>>;

const OWN = [
  'TF_NUM_INTRAOP_THREADS',
  'TF_CPP_MIN_LOG_LEVEL',
  'CUDA_VISIBLE_DEVICES',
  'FAKE_TFJS_NODE',
  'FAKE_TFJS_NODE_GPU',
];

/** As after a fresh start, with stand-ins for the packages that `env` names (fake-packages.ts). */
export function environment(env: Environment): NodeJS.ProcessEnv {
  const unset = Object.fromEntries(OWN.map((name) => [name, undefined]));
  const preload = new URL('fake-packages.js', import.meta.url).href;
  return { ...process.env, ...unset, NODE_OPTIONS: `--import ${preload}`, ...env };
}
