import { newtonOptionsSchema } from '../../core/newton/index.js';
import { backendNames } from './backend-names.js';
import { optimizerNames, optimizerSchemas } from './optimizers.js';

/** A task or a model: its parameters stand beside its name. */
const named = (description: string): object => ({
  type: 'object',
  properties: { name: { type: 'string', minLength: 1, description } },
  required: ['name'],
  description: 'its name and its parameters, which only itself knows',
});
const { curvature, lambda, scope, definiteness, solver, products, clipNorm, onSingular } =
  newtonOptionsSchema.properties;
const count = { type: 'integer', minimum: 1 };

const properties = {
  name: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description:
      'what run folders and tables call it; of a file without one its own name, of a preset TASK/PRESET/VARIANT',
  },
  task: named('what is learned: see newton-losses list'),
  model: named('the network: see newton-losses list'),
  loss: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, description: 'of a registered loss' },
      params: {
        type: 'object',
        default: {},
        description: 'its parameters, which only itself knows: newton-losses info NAME',
      },
    },
    required: ['name'],
    additionalProperties: false,
    description: 'what is minimised',
  },
  newton: {
    type: 'object',
    properties: {
      curvature: {
        enum: ['auto', ...curvature.enum],
        default: 'auto',
        description: 'auto: the best that the loss has',
      },
      lambda: {
        ...lambda,
        default: 0.1,
        description:
          'damping; { relative } is in units of the mean diagonal; of auto at outputs { "relative": 1 } if not given',
      },
      scope: { ...scope, description: 'one matrix for the batch, as in the paper, or one a sample' },
      definiteness: {
        ...definiteness,
        description: 'what becomes of negative eigenvalues; of auto at outputs absolute if not given',
      },
      solver: { ...solver, description: 'of the linear system; auto: by its size' },
      products: { ...products, description: 'with the Hessian of a batch that it is made from, where it is dear' },
      clipNorm: {
        ...clipNorm,
        description: 'longest gradient of a sample by the outputs; longer ones are shortened to it',
      },
      onSingular: { ...onSingular, description: 'skip: the step is that of the plain loss where there is no other' },
      at: {
        enum: ['outputs', 'layers'],
        default: 'outputs',
        description: 'where the Newton step is taken: at the outputs, or at the parameters of each layer',
      },
    },
    additionalProperties: false,
    default: {},
    description: 'how the gradient of the loss is preconditioned',
  },
  optimizer: {
    type: 'object',
    properties: { name: { enum: optimizerNames, default: 'adam', description: 'its options are those of PyTorch' } },
    required: ['name'],
    default: {},
    description: 'what takes the steps',
  },
  steps: { ...count, description: 'updates in all' },
  batchSize: { ...count, maximum: 1_000_000, default: 100, description: 'samples an update' },
  evalEvery: { ...count, default: 500, description: 'updates between evaluations; the last is always evaluated' },
  evaluateOn: {
    enum: ['test', 'validation'],
    default: 'test',
    description: 'what evaluations are on; settings are chosen on validation data',
  },
  logEvery: { ...count, default: 50, description: 'updates between lines of the training loss' },
  checkpointEvery: { ...count, default: 500, description: 'updates between checkpoints' },
  seed: {
    type: 'integer',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'of weights, batches and noise',
  },
  backend: {
    enum: backendNames,
    description: 'that it was tuned on; --backend auto takes it, but for native and cuda the best that works',
  },
};

/** Of an experiment; the options of its optimizer are checked by `optimizerSchemas`. */
export const experimentSchema = {
  type: 'object',
  properties,
  required: ['name', 'task', 'model', 'loss', 'steps'],
  additionalProperties: false,
};

/** Of an experiment's own file, for editors: experiment.schema.json of the package. */
export const experimentFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'An experiment of newton-losses',
  ...experimentSchema,
  properties: {
    $schema: { type: 'string', description: 'where this schema is, for editors; not a part of the experiment' },
    variants: { type: 'object', description: 'what differs, by name of a variant' },
    ...properties,
    optimizer: {
      anyOf: optimizerNames.map((name) => optimizerSchemas[name]),
      default: {},
      description: properties.optimizer.description,
    },
  },
  required: experimentSchema.required.filter((name) => name !== 'name'),
};
