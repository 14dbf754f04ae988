import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadExperiment, validExperiment } from '../../../harness/experiments/experiment.js';
import { presets } from '../../../harness/experiments/presets.js';
import { codeOf, temporaryFolder } from '../helpers.js';

const minimal = { task: { name: 't', n: 5 }, model: { name: 'm' }, loss: { name: 'mse' }, steps: 10 };

describe('experiment', () => {
  const folder = temporaryFolder();
  const written = (content: string | object, name = 'mine.json'): string => {
    const file = path.join(folder(), name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  it('has its defaults filled and is called like its file', () => {
    const experiment = loadExperiment(written(minimal));
    expect(experiment).to.deep.include({ name: 'mine', seed: 0, batchSize: 100, task: { name: 't', n: 5 } });
    expect(experiment.newton).to.deep.equal({
      curvature: 'auto',
      lambda: { relative: 1 },
      at: 'outputs',
      scope: 'batch',
      definiteness: 'absolute',
      solver: 'auto',
      products: 'all',
      onSingular: 'error',
    });
    expect(experiment.optimizer).to.deep.equal({
      name: 'adam',
      learningRate: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      milestones: [],
    });
    expect(experiment.loss.params).to.deep.equal({});
    expect(loadExperiment(written({ ...minimal, name: 'other' })).name).to.equal('other');
  });

  it('has the settings of auto for auto alone, where they are not given', () => {
    const settings = (newton: object): unknown[] => {
      const { lambda, definiteness } = loadExperiment(written({ ...minimal, newton })).newton;
      return [lambda, definiteness];
    };
    expect(settings({ lambda: 3 })).to.deep.equal([3, 'absolute']);
    expect(settings({ curvature: 'auto', definiteness: 'clip' })).to.deep.equal([{ relative: 1 }, 'clip']);
    expect(settings({ at: 'layers' })).to.deep.equal([0.1, 'tikhonov']);
    expect(settings({ curvature: 'hessian' })).to.deep.equal([0.1, 'tikhonov']);
  });

  it('is itself once resolved', () => {
    const resolved = loadExperiment(written(minimal));
    expect(loadExperiment(written(resolved, 'resolved.json'))).to.deep.equal(resolved);
  });

  it('takes changes by dotted path', () => {
    const changes = { seed: 7, 'newton.lambda.relative': 0.5, 'loss.params.temperature': 2, 'task.n': 3 };
    const experiment = loadExperiment(written(minimal), changes);
    expect(experiment).to.deep.include({
      seed: 7,
      task: { name: 't', n: 3 },
      loss: { name: 'mse', params: { temperature: 2 } },
    });
    expect(experiment.newton.lambda).to.deep.equal({ relative: 0.5 });
    expect(codeOf(() => loadExperiment(written(minimal), { 'steps.more': 1 }))).to.equal('PARAMS');
  });

  it('says of a change which field there is not, what was probably meant, and what there is', () => {
    const wrong: [string, RegExp][] = [
      [
        'newton.lamda',
        /^--set newton\.lamda: experiment\/newton has no property "lamda" \(did you mean lambda\?\); it has/,
      ],
      ['newton.lambda.relativ', /experiment\/newton\/lambda has no property "relativ" \(did you mean relative\?\)/],
      ['batchsize', /experiment has no property "batchsize" \(did you mean batchSize\?\); it has name, task, model/],
      ['loss.temperature', /experiment\/loss has no property "temperature"; it has name, params/],
      [
        'optimizer.learningrate',
        /experiment\/optimizer has no property "learningrate" \(did you mean learningRate\?\)/,
      ],
      ['optimizer.momentum', /has no property "momentum"; it has name, learningRate, beta1/],
    ];
    for (const [at, message] of wrong) {
      expect(() => loadExperiment(written(minimal), { [at]: 1 }), at).to.throw(message);
    }
    const changes = { 'optimizer.momentum': 0.5, 'optimizer.name': 'sgd' };
    expect(loadExperiment(written(minimal), changes).optimizer).to.deep.include({ name: 'sgd', momentum: 0.5 });
  });

  it('of another loss has none of the parameters before, and another name', () => {
    const source = written({ ...minimal, loss: { name: 'softsort', params: { temperature: 3 } } });
    const nameAndLoss = (changes: Record<string, unknown>): unknown[] => {
      const { name, loss } = loadExperiment(source, changes);
      return [name, loss];
    };
    const other = { name: 'neuralsort', params: {} };
    expect(nameAndLoss({ 'loss.name': 'neuralsort' })).to.deep.equal(['mine-neuralsort', other]);
    expect(nameAndLoss({ loss: { name: 'neuralsort' } })).to.deep.equal(['mine-neuralsort', other]);
    expect(nameAndLoss({ 'loss.name': 'neuralsort', 'loss.params.temperature': 2, name: 'own' })).to.deep.equal([
      'own',
      { name: 'neuralsort', params: { temperature: 2 } },
    ]);
    const same = ['mine', { name: 'softsort', params: { temperature: 3 } }];
    expect(nameAndLoss({ 'loss.name': 'softsort' })).to.deep.equal(same);
    expect(codeOf(() => loadExperiment(source, { 'loss.name': 5 }))).to.equal('PARAMS');
  });

  it('may say where its schema is, which is no part of it', () => {
    const experiment = loadExperiment(written({ $schema: './experiment.schema.json', ...minimal }));
    expect(experiment).not.to.have.property('$schema');
    expect(experiment).to.deep.equal(loadExperiment(written(minimal)));
  });

  it('refuses paths that would change what all objects inherit, and empty parts', () => {
    for (
      const at of [
        '__proto__.x',
        '__proto__',
        'constructor.prototype.x',
        'task.__proto__.x',
        'toString',
        'a..b',
        '',
        '.',
      ]
    ) {
      expect(codeOf(() => loadExperiment(written(minimal), { [at]: 1 })), at).to.equal('PARAMS');
    }
    expect(({} as Record<string, unknown>)['x']).to.equal(undefined);
  });

  it('has a name that is a path below the folder of runs', () => {
    const named = (name: string): unknown => loadExperiment(written({ ...minimal, name })).name;
    for (const name of ['a', 'a b', 'a/b-c_d.e/f', 'ünï', 'a..b']) expect(named(name)).to.equal(name);
    for (
      const name of [
        '../a',
        'a/../b',
        '/a',
        'a//b',
        'a/',
        '.',
        '.a',
        'a/.b',
        'a\\b',
        'c:a',
        'a\n',
        'a\u0000',
        'a|b',
        'x'.repeat(201),
      ]
    ) {
      expect(codeOf(() => named(name)), JSON.stringify(name)).to.equal('PARAMS');
    }
  });

  it('has no sizes far beyond memory', () => {
    expect(codeOf(() => loadExperiment(written({ ...minimal, batchSize: 1e9 })))).to.equal('PARAMS');
  });

  it('is a DATA error where it cannot be read or is not a JSON object', () => {
    expect(codeOf(() => loadExperiment(path.join(folder(), 'missing.json')))).to.equal('DATA');
    for (const content of ['{"steps": 10,}', '', '[]', '3', 'null']) {
      expect(codeOf(() => loadExperiment(written(content))), content).to.equal('DATA');
    }
  });

  it('is a PARAMS error, naming file and place, where anything is missing, unknown or out of range', () => {
    const wrong: object[] = [
      { steps: 0 },
      { steps: 1.5 },
      { steps: undefined },
      { seed: 2 ** 53 },
      { surplus: 1 },
      { task: {} },
      { loss: { name: 'mse', temperature: 1 } },
      { newton: { curvature: 'newton' } },
      { newton: { lambda: -1 } },
      { newton: { lambda: {} } },
      { newton: { lambda: { relative: 1, absolute: 1 } } },
      { optimizer: { learningRate: 0 } },
      { optimizer: { beta2: 1 } },
      { optimizer: { milestones: [{ step: 0, factor: 0.1 }] } },
      { optimizer: { milestones: [{ step: 10, factor: 0 }] } },
      { optimizer: { milestones: [{ epoch: 10, factor: 0.1 }] } },
      { optimizer: { name: 'lion' } },
      { optimizer: { momentum: 0.9 } },
      { optimizer: { name: 'sgd', beta1: 0.9 } },
      { optimizer: { name: 'sgd', nesterov: true } },
      { optimizer: { name: 'sgd', nesterov: true, momentum: 0 } },
      { optimizer: { name: 'sgd', momentum: 1 } },
      { optimizer: { name: 'adamw', weightDecay: -1 } },
      { optimizer: { name: 'rmsprop', alpha: 1 } },
    ];
    for (const changes of wrong) {
      expect(codeOf(() => loadExperiment(written({ ...minimal, ...changes }))), JSON.stringify(changes)).to.equal(
        'PARAMS',
      );
    }
    expect(() => validExperiment({ ...minimal, name: 'x', newton: { lambda: -1 } }, 'x.json')).to.throw(
      /x\.json.*newton\/lambda.*-1/,
    );
  });

  it('has the options of its optimizer, and says which those are', () => {
    const optimizerOf = (optimizer: object): object => loadExperiment(written({ ...minimal, optimizer })).optimizer;
    expect(optimizerOf({ name: 'sgd', momentum: 0.9, nesterov: true })).to.deep.equal({
      name: 'sgd',
      learningRate: 0.001,
      momentum: 0.9,
      nesterov: true,
      weightDecay: 0,
      milestones: [],
    });
    expect(optimizerOf({ name: 'adamw' })).to.deep.include({ beta1: 0.9, epsilon: 1e-8, weightDecay: 0.01 });
    expect(optimizerOf({ name: 'rmsprop' })).to.deep.include({ learningRate: 0.01, alpha: 0.99, centred: false });
    expect(() => optimizerOf({ momentum: 0.9 })).to.throw(
      /adam: experiment\/optimizer has no property "momentum"; it has name, learningRate, beta1/,
    );
    expect(() => optimizerOf({ name: 'sgd', nesterov: true })).to.throw(/sgd: .*momentum/);
    expect(() => optimizerOf({ name: 'lion' })).to.throw(/adam, adamw, rmsprop, sgd/);
  });

  it('is made of a preset and one of its variants', () => {
    const experiment = loadExperiment('mnist-sort/quick-softsort/hessian-exact', { seed: 3 });
    expect(experiment).to.deep.include({ name: 'mnist-sort/quick-softsort/hessian-exact', steps: 4000, seed: 3 });
    expect(experiment.loss).to.deep.equal({ name: 'softsort', params: { temperature: 0.1, crossEntropy: 'binary' } });
    expect(experiment.newton.curvature).to.equal('hessian');
    expect(experiment).not.to.have.property('variants');
  });

  it('is made of a file and one of its variants', () => {
    const variants = { none: { newton: { curvature: 'none' } }, more: { steps: 20, task: { n: 7 } } };
    const file = written({ ...minimal, variants });
    expect(loadExperiment(`${file}/more`)).to.deep.include({ name: 'mine/more', steps: 20, task: { name: 't', n: 7 } });
    expect(loadExperiment(`${file}/none`).newton.curvature).to.equal('none');
    expect(() => loadExperiment(file)).to.throw(/has variants: name one, as .*mine\.json\/none; it has none, more/);
    expect(() => loadExperiment(`${file}/mroe`)).to.throw(/did you mean more/);
    for (const wrong of [5, [], { a: 1 }]) {
      expect(codeOf(() => loadExperiment(written({ ...minimal, variants: wrong }))), JSON.stringify(wrong)).to.equal(
        'PARAMS',
      );
    }
  });

  it('is a PARAMS error where no preset or variant has that name', () => {
    for (
      const name of [
        'mnist-sort',
        'mnist-sort/quick-bogosort/hessian',
        'mnist-sort/quick-softsort',
        'mnist-sort/quick-softsort/jacobian',
      ]
    ) {
      expect(codeOf(() => loadExperiment(name)), name).to.equal('PARAMS');
    }
    expect(() => loadExperiment('mnist-sort/quick-softsort')).to.throw(/none, hessian, fisher/);
  });

  it('is valid in every preset', () => {
    const names = presets().flatMap(({ name, variants }) => variants.map((variant) => `${name}/${variant}`));
    expect(names).to.have.lengthOf.at.least(10);
    names.forEach((name) => expect(loadExperiment(name).name).to.equal(name));
  });
});
