import { register } from 'node:module';
import util from 'node:util';

/**
 * To be preloaded (`node --import`): the TensorFlow packages are absent, installed or not, unless FAKE_TFJS_NODE or
 * FAKE_TFJS_NODE_GPU is set, and then fake-tensorflow.js. With FAKE_NO_WASM that of WebAssembly is absent too, and with
 * FAKE_NODE_23 node:util lacks what it lacks from there on.
 */
const hooks = `
  const packages = {
    '@tensorflow/tfjs-node': ['FAKE_TFJS_NODE', ''],
    '@tensorflow/tfjs-node-gpu': ['FAKE_TFJS_NODE_GPU', '?gpu'],
  };
  export function resolve(name, context, next) {
    if (process.env.FAKE_NO_WASM && name === '@tensorflow/tfjs-backend-wasm') {
      throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
    }
    if (!Object.hasOwn(packages, name)) return next(name, context);
    const [variable, query] = packages[name];
    if (!process.env[variable]) throw new Error('Cannot find package ' + name);
    return { url: ${JSON.stringify(new URL('fake-tensorflow.js', import.meta.url).href)} + query, shortCircuit: true };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

if (process.env['FAKE_NODE_23']) {
  for (const name of ['isArray', 'isNullOrUndefined']) Reflect.deleteProperty(util, name);
}
