import './add-validators.js';
export * from '../core/index.js';
export type * from '../plugins/types.js';
export { setHighsWasm } from './highs.js';
export { openRegistry } from './open-registry.js';
