export { normalQuantiles } from './random/normal';
export { allocate, centre, quantiles, values } from './random/numbers';
export { perturb } from './random/perturb';
export { uniforms } from './random/uniforms';
