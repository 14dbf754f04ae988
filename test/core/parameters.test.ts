import { expect } from 'chai';
import { checked } from '../../core/checked.js';
import { defineSampleLoss } from '../../core/define.js';
import { LossError } from '../../core/errors.js';
import { parameters } from '../../core/parameters.js';
import { batchOf } from '../../core/batch.js';

describe('parameters and capabilities of a plugin', () => {
  const y = batchOf([[0, 0]]);
  const rest = {
    name: 'mine',
    title: 'Mine',
    source: 'test',
    target: { type: 'number' },
    create: () => ({ value: () => 0, gradient: () => [0, 0], hessian: () => [0, 0, 0, 0] }),
    sample: () => ({ y, targets: [0] }),
  } as const;

  it('a closed schema, in which each is filled in', () => {
    const schema = parameters({ width: { type: 'number', default: 2 }, steps: { type: 'integer', default: 3 } });
    expect(schema).to.deep.equal({
      type: 'object',
      properties: { width: { type: 'number', default: 2 }, steps: { type: 'integer', default: 3 } },
      required: ['width', 'steps'],
      additionalProperties: false,
    });
    const plugin = defineSampleLoss({ ...rest, params: schema });
    expect(checked(plugin, { steps: 5 }).params).to.deep.equal({ width: 2, steps: 5 });
    const other = { widht: 1 } as object;
    expect(() => checked(plugin, other)).to.throw(LossError, 'did you mean').with.property('code', 'PARAMS');
  });

  it('none, and what most losses promise, where a plugin leaves them out', () => {
    const { params, capabilities } = defineSampleLoss(rest);
    expect(params).to.deep.equal(parameters({}));
    expect(capabilities).to.deep.equal({
      gradient: 'exact',
      hessian: 'exact',
      convex: false,
      nonnegative: false,
      deterministic: true,
      fisher: true,
    });
    const without = defineSampleLoss({ ...rest, capabilities: { hessian: 'none', convex: true } });
    expect(without.capabilities).to.include({ hessian: 'none', convex: true, gradient: 'exact' });
  });
});
