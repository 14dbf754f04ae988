import { expect } from 'chai';
import { parseJson } from '../../core/json-text.js';

describe('parseJson', () => {
  it('gives what JSON.parse gives', () => {
    expect(parseJson('{"a": [1, null]}')).to.deep.equal({ a: [1, null] });
  });

  it('says the line and the column of what is wrong, whatever the message of the engine', () => {
    const wrong: [text: string, line: number, column: number][] = [
      ['', 1, 1],
      ['nonsense', 1, 2],
      ['{"steps": 10,}', 1, 14],
      ['{\n  "a": 1,\n  "b": x\n}', 3, 8],
      ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
      ['{\n', 2, 1],
      ['[1,\n2', 2, 2],
      ['{"a": true}\n{', 2, 1],
      [`[${'1,\n'.repeat(1000)}tru]`, 1001, 4],
      ['["\\u12x4"]', 1, 7],
      ['[-x]', 1, 3],
    ];
    for (const [text, line, column] of wrong) {
      expect(() => parseJson(text), text.slice(0, 30)).to.throw(SyntaxError, `(line ${line} column ${column})`);
    }
  });
});
