import type { CheckedLoss } from '../../core/checked.js';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import type { Lambda, NewtonOptions } from '../../core/newton/index.js';
import { loadExperiment } from '../experiments/experiment.js';
import { readVaried } from '../experiments/presets.js';
import { withPaths } from '../experiments/with-paths.js';
import { describeLambda } from '../report/settings.js';
import type { Way } from './landscape.js';

/** What is changed of a source. */
export interface WayOptions {
  /** Parameters of the loss, by dotted path. */
  readonly set: Readonly<Record<string, unknown>>;
  /** In the place of the source's own. */
  readonly lambda?: Lambda | undefined;
}

/** Of losses by name, which bring none. */
const LAMBDA = 0.1;

/**
 * The ways of a loss: its gradient, and its Newton directions of each curvature that it has; or the variants of a preset
 * or an experiment file, each with its own loss and Newton step. Errors as of the registry and of experiments.
 */
export async function waysOf(source: string, registry: Registry, options: WayOptions): Promise<Way[]> {
  return source.includes('/') || source.endsWith('.json')
    ? variantsOf(source, registry, options)
    : curvaturesOf(source, registry, options);
}

async function curvaturesOf(name: string, registry: Registry, { set, lambda = LAMBDA }: WayOptions): Promise<Way[]> {
  const loss = await registry.create(name, withPaths({}, set));
  const { fisher, hessian } = loss.capabilities;
  const curvatures = [
    'none' as const,
    ...(fisher ? ['fisher' as const] : []),
    ...(hessian === 'none' ? [] : ['hessian' as const]),
  ];
  return curvatures.map((curvature) =>
    wayOf(curvature === 'none' ? 'gradient' : curvature, loss, { curvature, lambda })
  );
}

/** `fisher, λ = 0.1`. */
function wayOf(name: string, loss: CheckedLoss, newton: NewtonOptions): Way {
  return {
    name,
    title: newton.curvature === 'none' ? name : `${name}, λ = ${describeLambda(newton.lambda)}`,
    loss,
    newton,
  };
}

async function variantsOf(source: string, registry: Registry, { set, lambda }: WayOptions): Promise<Way[]> {
  const { resolveExperiment } = await import('../experiments/resolve.js'); // tasks and models bring tfjs
  const variants = Object.keys(readVaried(source).variants);
  const sources = variants.length === 0 ? [source] : variants.map((variant) => `${source}/${variant}`);
  const ways: Way[] = [];
  for (const one of sources) {
    const { experiment, choice: { curvature } } = await resolveExperiment(loadExperiment(one), registry, one);
    const { at, ...newton } = experiment.newton;
    if (at === 'layers') throw new LossError('PARAMS', `${one}: its Newton step is at layers, not at outputs`);
    const loss = await registry.create(experiment.loss.name, withPaths({ ...experiment.loss.params }, set));
    const name = one.slice(one.lastIndexOf('/') + 1);
    ways.push(wayOf(name, loss, { ...newton, curvature, ...(lambda !== undefined && { lambda }) }));
  }
  return ways;
}
