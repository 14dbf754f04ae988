import { expect } from 'chai';
import { columnOf, shortName } from '../../../harness/store/names.js';
import { codeOf } from '../helpers.js';

const columns = [
  'folder',
  'name',
  'seed',
  'task.name',
  'task.n',
  'task.algorithm.name',
  'loss.name',
  'loss.params.lambda',
  'loss.params.temperature',
  'newton.lambda',
  'newton.curvature',
  'metrics.EM',
  'best.EM',
  'train.loss',
];

describe('names of columns', () => {
  it('are whole, of what has a name, or ends', () => {
    const names = {
      seed: 'seed',
      name: 'name',
      loss: 'loss.name',
      task: 'task.name',
      algorithm: 'task.algorithm.name',
      n: 'task.n',
      temperature: 'loss.params.temperature',
      'params.lambda': 'loss.params.lambda',
      'newton.lambda': 'newton.lambda',
      EM: 'metrics.EM',
      'best.EM': 'best.EM',
      'train.loss': 'train.loss',
    };
    for (const [name, column] of Object.entries(names)) expect(columnOf(name, columns), name).to.equal(column);
  });

  it('that are several or none are refused, with what they may be', () => {
    expect(codeOf(() => columnOf('lambda', columns))).to.equal('PARAMS');
    expect(() => columnOf('lambda', columns)).to.throw(
      /^lambda may be loss\.params\.lambda or newton\.lambda: write which$/,
    );
    expect(codeOf(() => columnOf('temprature', columns))).to.equal('PARAMS');
    expect(() => columnOf('temprature', columns)).to.throw(
      /no run has "temprature" \(did you mean temperature\?\); there are folder, /,
    );
    for (const name of ['', 'm', 'params', 'metrics', 'constructor']) {
      expect(codeOf(() => columnOf(name, columns))).to.equal('PARAMS');
    }
  });

  it('are as short as they stand for one column', () => {
    const short = columns.map((column) => shortName(column, columns));
    expect(short.slice(3)).to.deep.equal([
      'task',
      'n',
      'algorithm',
      'loss',
      'params.lambda',
      'temperature',
      'newton.lambda',
      'curvature',
      'EM',
      'best.EM',
      'train.loss',
    ]);
  });
});
