import { expect } from 'chai';
import { run } from '../../command-line.js';

describe('newton-losses power', function() {
  this.timeout(30_000);

  it('tells the seeds for a difference, and what usual numbers of seeds see', async () => {
    const { code, stdout, stderr } = await run('power', '--deviation', '3', '--difference', '2');
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.contain('by 20 seeds').and.match(/^ +3 +11% +9\.79$/m).and.match(/^ +20 +81% +1\.98$/m);
    const { stdout: alone } = await run('power', '--deviation', '3');
    expect(alone.trim().split('\n')).to.have.lengthOf(6);
    expect(alone).to.match(/^ +10 +2\.99$/m).and.not.to.contain('chance to see');
    const { stdout: far } = await run('power', '--deviation', '3', '--difference', '0.01', '--seeds', '10000');
    expect(far).to.contain('by more than 10000 seeds').and.match(/^10000 +6% +0\.0841$/m);
  });

  it('prints JSON', async () => {
    const { stdout } = await run('power', '--deviation', '3', '--difference', '2', '--seeds', '4', '--json');
    const { seedsNeeded, plans } = JSON.parse(stdout) as { seedsNeeded: number; plans: { seeds: number }[] };
    expect(seedsNeeded).to.equal(20);
    expect(plans.map(({ seeds }) => seeds)).to.deep.equal([4, 20]);
  });

  it('refuses what is no deviation, difference, number of seeds or chance', async () => {
    const wrong = [['0'], ['-1'], ['x'], ['1', '--difference', '0'], ['1', '--seeds', '1'], ['1', '--alpha', '0'], [
      '1',
      '--power',
      '1',
    ]];
    for (const words of wrong) {
      const { code, stderr } = await run('power', '--deviation', ...words);
      expect([code, stderr], words.join(' ')).to.satisfy(([status, text]: [number, string]) =>
        status !== 0 && text.includes('is invalid. It should be')
      );
    }
    expect((await run('power', '--difference', '1')).stderr).to.contain("'--deviation <s>' not specified");
  });
});
