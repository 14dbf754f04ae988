export { normalQuantiles } from './random/normal';
export { allocate, quantiles, values } from './random/numbers';
export { uniforms } from './random/uniforms';
