import { expect } from 'chai';
import { compileSchema, explain } from '../../core/schema.js';

describe('schema', () => {
  const schema = {
    type: 'object',
    properties: {
      temperature: { type: 'number', exclusiveMinimum: 0, default: 0.5 },
      network: { type: 'string', enum: ['odd-even', 'bitonic'], default: 'odd-even' },
      noise: { type: 'object', properties: { sigma: { type: 'number', default: 1 } }, additionalProperties: false, default: {} },
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
    expect(first!['noise']).not.to.equal(second!['noise']);
  });

  it('says where, what was expected and what came', () => {
    expect(complaint({ temperature: -1 })).to.match(/params\/temperature.*> 0.*-1/);
    expect(complaint({ network: 'bubble' })).to.match(/params\/network.*odd-even, bitonic.*"bubble"/);
    expect(complaint({ noise: { sigma: 'x' } })).to.match(/params\/noise\/sigma.*number.*"x"/);
    expect(complaint({ temprature: 1 })).to.match(/params.*additional.*"temprature"/);
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
  });
});
