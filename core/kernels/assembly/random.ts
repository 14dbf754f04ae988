export { normalQuantiles } from './random/normal';
export { allocate, values } from './random/numbers';
export { uniforms } from './random/uniforms';
