export * from './core/index.js';
export type * from './plugins/types.js';
