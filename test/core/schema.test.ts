import { expect } from 'chai';
import { addValidators, compilePluginSchema, compileSchema, complaintOf, explain } from '../../core/schema.js';
import { codeOf } from '../harness/helpers.js';
import { hostileValues } from './wrong-values.js';

describe('schema', () => {
  const schema = {
    type: 'object',
    properties: {
      temperature: { type: 'number', exclusiveMinimum: 0, default: 0.5 },
      network: { type: 'string', enum: ['odd-even', 'bitonic'], default: 'odd-even' },
      noise: {
        type: 'object',
        properties: { sigma: { type: 'number', default: 1 } },
        additionalProperties: false,
        default: {},
      },
    },
    additionalProperties: false,
  };

  const complaint = (data: unknown): string => {
    const valid = compileSchema(schema);
    expect(valid(data)).to.equal(false);
    return explain(valid, 'params');
  };

  it('fills in defaults, inside objects too, without sharing them', () => {
    const valid = compileSchema(schema);
    const [first, second]: Record<string, unknown>[] = [{}, {}];
    expect([valid(first), valid(second)]).to.deep.equal([true, true]);
    expect(first).to.deep.equal({ temperature: 0.5, network: 'odd-even', noise: { sigma: 1 } });
    expect(first['noise']).not.to.equal(second['noise']);
  });

  it('says where, what was expected and what came', () => {
    expect(complaint({ temperature: -1 })).to.match(/params\/temperature.*> 0.*-1/);
    expect(complaint({ network: 'bubble' })).to.match(/params\/network.*odd-even, bitonic.*"bubble"/);
    expect(complaint({ noise: { sigma: 'x' } })).to.match(/params\/noise\/sigma.*number.*"x"/);
  });

  it('names the properties there are, and the one that was probably meant', () => {
    expect(complaint({ temprature: 1 })).to.match(/params.*"temprature".*temperature.*temperature, network, noise/);
    expect(complaint({ noise: { sigma: 1, seed: 2 } })).to.match(/params\/noise.*"seed".*sigma/);
    expect(complaint({ noise: { zeta: 1 } })).not.to.include('mean');
    const needy = compileSchema({
      type: 'object',
      properties: { steps: { type: 'integer' } },
      required: ['steps'],
      additionalProperties: false,
    });
    expect(complaintOf(needy, { stpes: 3 }, 'experiment')).to.match(/experiment.*steps.*"stpes"/);
  });

  it('describes any value that comes', () => {
    for (const value of [...hostileValues(), 3n, Symbol('s')]) {
      expect(complaint({ temperature: value })).to.include('temperature');
      expect(complaint({ noise: { sigma: value } })).to.include('sigma');
    }
  });

  it('complains of data that cannot be read', () => {
    const rows = {
      type: 'object',
      properties: { rows: { type: 'integer' } },
      required: ['rows'],
      additionalProperties: false,
    };
    for (const data of hostileValues()) expect(complaintOf(compileSchema(rows), data, 'params')).to.include('params');
  });

  it('does not take NaN or infinity for a number', () => {
    expect(complaint({ temperature: NaN })).to.include('temperature');
    expect(complaint({ temperature: Infinity })).to.include('temperature');
  });

  it('shortens what came', () => {
    expect(complaint({ network: 'x'.repeat(1000) }).length).to.be.below(200);
  });

  it('refuses a malformed schema', () => {
    expect(() => compileSchema({ type: 'objekt' })).to.throw();
    expect(() => compileSchema({ type: 'object', propertys: {} })).to.throw();
    expect(() => compileSchema({ $async: true, type: 'object' })).to.throw();
    expect(() => compileSchema(null as unknown as object)).to.throw();
    for (
      const wrong of [{ type: 'objekt' }, { $async: true, type: 'object' }, null, 5, { $ref: 'no-such-file.json' }]
    ) {
      expect(codeOf(() => compilePluginSchema('mine', 'target', wrong as object))).to.equal('REGISTRY');
    }
  });

  it('takes validators that were compiled beforehand', () => {
    const known = { type: 'object', description: 'compiled beforehand' };
    const valid = compileSchema({ type: 'number' });
    addValidators({ [JSON.stringify(known)]: valid });
    expect(compileSchema({ ...known })).to.equal(valid);
    expect(compileSchema({ ...known, description: 'not' })).not.to.equal(valid);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => compileSchema(cycle)).to.throw();
  });
});
