export * from '../core/index.js';
export type * from '../plugins/types.js';
export { setHighsWasm } from './highs.js';
export { openRegistry } from './open-registry.js';
export { WorkerPool, type WorkerPoolOptions } from './pool/worker-pool.js';
