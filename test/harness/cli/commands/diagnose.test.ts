import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { diagnose } from '../../../../harness/diagnose/diagnose.js';
import { openRegistry } from '../../../../node/open-registry.js';
import { packageRoot } from '../../../../node/package-root.js';
import { run } from '../../command-line.js';
import { temporaryFolder } from '../../helpers.js';

describe('newton-losses diagnose', function() {
  this.timeout(30_000);
  const folder = temporaryFolder();

  it('prints what was found by spread, the spectra, the verdict and the settings', async () => {
    const { code, stdout, stderr } = await run('diagnose', 'softsort', '--set', 'temperature=1', '--n', '4');
    expect([code, stderr]).to.deep.equal([0, '']);
    const parts = stdout.trim().split('\n\n').map((part) => part.split('\n'));
    expect(parts.map((lines) => lines.length).slice(0, 3)).to.deep.equal([1, 8, 3]);
    expect(parts[0][0]).to.equal('softsort {"temperature":1,"crossEntropy":"binary"}, 4 outputs, 64 samples, seed 0');
    expect(parts[1][0]).to.match(/^SPREAD +ABOVE CHORD/);
    expect(parts[2].slice(1).map((line) => line.split(' ')[0])).to.deep.equal(['hessian', 'fisher']);
    expect(parts[3][0]).to.match(/^A Newton loss is worth trying: the loss is not convex\.$/);
    expect(parts[4][0]).to.match(
      /^"newton": \{"curvature":"hessian","lambda":\{"relative":1\},"definiteness":"absolute"\}$/,
    );
  });

  it('prints what `diagnose` gives as JSON', async () => {
    const { stdout } = await run('diagnose', 'mse', '--n', '3', '--samples', '5', '--seed', '2', '--json');
    const loss = await (await openRegistry()).create('mse');
    expect(JSON.parse(stdout)).to.deep.equal(diagnose(loss, { outputs: 3, samples: 5, seed: 2 }));
  });

  it('takes a plugin in a file', async () => {
    const mse = pathToFileURL(path.join(packageRoot(), 'dist/plugins/mse.js')).href;
    const file = path.join(folder(), 'own.mjs');
    writeFileSync(file, `import mse from '${mse}'; export default { ...mse, name: 'own' };`);
    const { code, stdout } = await run('diagnose', file, '--samples', '8');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^own \{\}, 4 outputs, 8 samples, seed 0$/m).and.contain('changes nothing');
  });

  it('refuses losses, parameters and outputs that there are not', async () => {
    const refusals: [string[], string][] = [
      [['nuralsort'], 'neuralsort'],
      [['neuralsort', '--set', 'heat=1'], 'heat'],
      [['bellman-ford', '--n', '7'], 'samples should have 7 outputs, got 144'],
      [['mse', '--samples', '1'], 'at least 2'],
    ];
    for (const [words, text] of refusals) {
      const { code, stdout, stderr } = await run('diagnose', ...words);
      expect(code, words.join(' ')).to.not.equal(0);
      expect([stdout, stderr.includes(text)], stderr).to.deep.equal(['', true]);
    }
  });
});
