import type { BackendName } from '../../node/tfjs/index.js';

/** Written out here, since asking `backends` would load tfjs, and the command line knows them before it does anything. */
export const backendNames = ['cuda', 'native', 'wasm', 'cpu'] as const satisfies readonly BackendName[];
