export { Adam, type AdamOptions, type AdamState } from './adam.js';
export { type BackendInfo, type BackendName, type BackendOptions, backends, probeBackends, useBackend } from './backend.js';
export { type Activation, convolution, dense } from './layers.js';
