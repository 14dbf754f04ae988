import { batchOf } from '../../core/batch.js';
import { convexLayer } from '../../core/convex/index.js';
import type { Contenders, ConvexCase, Step } from '../protocol.js';
import { modelOf } from './models.js';
import { clarabelStep, scsStep } from './wasm-solvers.js';

/**
 * `layer`: solutions of the whole batch and gradients, but for that by Q, of which others have a root; `singly`:
 * solutions, one forward pass a sample, as the solvers in WebAssembly do it, which are given the cone programs of the
 * same samples.
 */
export function programContenders(problem: ConvexCase): Contenders {
  return {
    layer: () => Promise.resolve(layerStep(problem)),
    singly: () => Promise.resolve(singleStep(problem)),
    Clarabel: () => Promise.resolve(clarabelStep(problem)),
    SCS: () => scsStep(problem),
  };
}

function layerStep(of: ConvexCase): Step {
  const { problem, y, x, shared } = modelOf(of);
  const layer = convexLayer(problem, { parameters: [y, ...shared.map(({ parameter }) => parameter)], variables: [x] });
  const inputs = [batchOf(of.y), ...shared.map(({ value }) => value)];
  const cotangent = batchOf(of.c);
  return () => {
    const solution = layer.forward(inputs);
    const [byY, , ...byShared] = solution.vjp([cotangent]);
    return [...solution.outputs, byY, ...byShared].map(({ data }) => data);
  };
}

function singleStep(of: ConvexCase): Step {
  const { problem, y, x } = modelOf(of);
  const layer = convexLayer(problem, { parameters: [y], variables: [x] });
  const inputs = of.y.map((sample) => [batchOf([sample])]);
  return () => inputs.map((input) => layer.forward(input).outputs[0].data);
}
