import { expect } from 'chai';
import { describeParameters, describeSchema } from '../../../harness/cli/describe.js';

describe('descriptions of schemas', () => {
  it('say type, bounds and choices in a few words', () => {
    const expected: [object, string][] = [
      [{ type: 'number', exclusiveMinimum: 0 }, 'number > 0'],
      [{ type: 'number', minimum: 0, exclusiveMaximum: 1 }, 'number >= 0, < 1'],
      [{ type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2 }, 'array of (integer >= 0), length >= 2'],
      [{ type: 'string', enum: ['odd-even', 'bitonic'] }, 'odd-even | bitonic'],
      [{ type: 'object', properties: { a: { type: 'number' }, b: { type: 'boolean' } } }, '{ a: number, b: boolean }'],
      [{ anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }] }, 'number >= 0 | string'],
      [
        { type: ['number', 'object'], minimum: 0, properties: { relative: { type: 'number' } } },
        'number >= 0 | { relative: number }',
      ],
      [{}, 'anything'],
    ];
    for (const [schema, text] of expected) expect(describeSchema(schema)).to.equal(text);
  });

  it('list parameters with their defaults', () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer', default: 0, description: 'how many' }, name: { type: 'string' } },
    };
    expect(describeParameters(schema)).to.deep.equal([
      ['n', 'integer', 'default 0', 'how many'],
      ['name', 'string', 'required', ''],
    ]);
  });
});
