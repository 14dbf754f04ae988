export * from '../../tfjs/index.js';
export { type BackendInfo, type BackendName, type BackendOptions, backends, useBackend } from './backend.js';
export { type BackendProbe, probeBackends } from './probe.js';
