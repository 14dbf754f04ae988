import { availableParallelism, cpus, loadavg } from 'node:os';

/** What figures depend on, in one line. */
export function machineText(): string {
  const load = loadavg()[0].toFixed(1);
  return `${cpuModel()}, ${availableParallelism()} CPUs, load ${load}, Node ${process.version}`;
}

export function cpuModel(): string {
  return cpus()[0]?.model ?? 'unknown CPU';
}
