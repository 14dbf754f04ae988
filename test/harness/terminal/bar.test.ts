import { expect } from 'chai';
import { barLine, durationText, leftText } from '../../../harness/terminal/bar.js';
import { painted } from '../../../harness/terminal/paint.js';
import { figuresText } from '../../../harness/terminal/display.js';

describe('a line of progress', () => {
  it('fits the width of the terminal, whatever it is', () => {
    const after = '50/100 steps  loss 0.1234  EM 51.2%  3 min 5 s left';
    for (let width = 1; width <= 200; width++) {
      const line = barLine('fisher, seed 1', 0.5, after, width);
      expect(line.length, `${width}`).to.be.lessThan(width);
      if (width > 80) expect(line).to.match(/^fisher, seed 1 {2}#+\.+ {2}50\/100 steps .* left$/);
    }
    expect(barLine('', 0.25, '1/4', 200)).to.equal('######..................  1/4');
    expect(barLine('all', NaN, '0/0', 20)).to.match(/^all {2}[.#]* *0\/0$/);
  });

  it('says where the time left is not known', () => {
    expect(leftText(65)).to.equal('1 min 5 s left');
    for (const eta of ['0', 'NULL', 'INF']) expect(leftText(eta)).to.equal('time left unknown');
    expect([59_400, 3_599_400, 5_400_000].map(durationText)).to.deep.equal(['59 s', '59 min 59 s', '1.5 h']);
  });

  it('shows shares in percent, and other figures as they are', () => {
    const metrics = { EM: { kind: 'share' }, costRatio: { kind: 'number' } } as const;
    expect(figuresText({ loss: 0.123456, EM: 0.51234, costRatio: 1.01261, constructor: 0.5 }, metrics)).to.equal(
      'loss 0.1235  EM 51.2%  costRatio 1.013  constructor 0.5',
    );
  });
});

describe('colours', () => {
  const stream = (isTTY: boolean, colours = true): NodeJS.WriteStream =>
    ({ isTTY, hasColors: () => colours }) as unknown as NodeJS.WriteStream;

  it('are for terminals that have some, where NO_COLOR does not forbid them', () => {
    const before = process.env['NO_COLOR'];
    try {
      delete process.env['NO_COLOR'];
      expect(painted('red', 'x', stream(true))).to.equal('\u001b[31mx\u001b[39m');
      expect(painted('red', 'x', stream(true, false))).to.equal('x');
      expect(painted('red', 'x', stream(false))).to.equal('x');
      process.env['NO_COLOR'] = '1';
      expect(painted('red', 'x', stream(true))).to.equal('x');
    } finally {
      if (before === undefined) delete process.env['NO_COLOR'];
      else process.env['NO_COLOR'] = before;
    }
  });
});
