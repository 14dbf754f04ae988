import type { AdamOptions } from '../../tfjs/adam.js';
import type { AdamWOptions } from '../../tfjs/adamw.js';
import type { RmspropOptions } from '../../tfjs/rmsprop.js';
import type { SgdOptions } from '../../tfjs/sgd.js';

/** An optimizer by name and its options, those of PyTorch with its defaults; formulas are in tfjs/. */
export type OptimizerSettings =
  | Required<AdamOptions> & { readonly name: 'adam' }
  | Required<AdamWOptions> & { readonly name: 'adamw' }
  | Required<RmspropOptions> & { readonly name: 'rmsprop' }
  | Required<SgdOptions> & { readonly name: 'sgd' };

const decay = { type: 'number', minimum: 0, exclusiveMaximum: 1 };
const epsilon = {
  type: 'number',
  exclusiveMinimum: 0,
  default: 1e-8,
  description: 'added to the root of the mean square of gradients',
};
const weightDecay = { type: 'number', minimum: 0, default: 0 };
const momentum = { ...decay, default: 0, description: 'what the direction keeps of the last one' };
const milestone = {
  type: 'object',
  properties: {
    step: { type: 'integer', minimum: 1, description: 'updates before the change' },
    factor: { type: 'number', exclusiveMinimum: 0, description: 'what the rate is multiplied by' },
  },
  required: ['step', 'factor'],
  additionalProperties: false,
};
const adam = {
  beta1: { ...decay, default: 0.9, description: 'what the mean gradient keeps of itself in an update' },
  beta2: { ...decay, default: 0.999, description: 'what the mean square keeps of itself in an update' },
  epsilon,
};

/** The options that an optimizer has beside its learning rate and milestones. */
const own = {
  adam,
  adamw: {
    ...adam,
    weightDecay: {
      ...weightDecay,
      default: 0.01,
      description: 'what weights lose of themselves in an update, over the learning rate',
    },
  },
  rmsprop: {
    alpha: { ...decay, default: 0.99, description: 'what the mean square keeps of itself in an update' },
    epsilon,
    momentum,
    centred: {
      type: 'boolean',
      default: false,
      description: 'whether the square of the mean gradient is taken off the mean square',
    },
  },
  sgd: {
    momentum,
    nesterov: { type: 'boolean', default: false, description: "Nesterov's momentum, which has to be above 0" },
    weightDecay: { ...weightDecay, description: 'of the penalty weightDecay / 2 |w|^2' },
  },
};

const learningRates = { adam: 0.001, adamw: 0.001, rmsprop: 0.01, sgd: 0.001 };

type OptimizerName = OptimizerSettings['name'];

export const optimizerNames = Object.keys(own) as readonly OptimizerName[];

/** The schema of an optimizer of that name. */
function schemaOf(name: OptimizerName): object {
  const properties = {
    name: { const: name, ...(name === 'adam' && { default: name }), description: 'of the optimizer' },
    learningRate: { type: 'number', exclusiveMinimum: 0, default: learningRates[name] },
    ...own[name],
    milestones: {
      type: 'array',
      items: milestone,
      default: [],
      description: 'changes of the learning rate: after step updates it is factor times what it was',
    },
  };
  return {
    title: name,
    type: 'object',
    properties,
    required: name === 'adam' ? [] : ['name'],
    additionalProperties: false,
    ...(name === 'sgd' && withMomentum),
  };
}

/** Nesterov's momentum is not 0. */
const withMomentum = {
  if: { properties: { nesterov: { const: true } }, required: ['nesterov'] },
  then: { properties: { momentum: { type: 'number', exclusiveMinimum: 0 } }, required: ['momentum'] },
};

export const optimizerSchemas = Object.fromEntries(
  optimizerNames.map((name) => [name, schemaOf(name)]),
) as Readonly<Record<OptimizerName, object>>;
