import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Validators } from '../../../../core/schema.js';
import { schemas } from '../../../../harness/cli/commands/schemas.js';
import { packageRoot } from '../../../../node/package-root.js';
import topK from '../../../../core/algorithms/top-k.js';
import blackbox from '../../../../plugins/blackbox.js';
import { failureOf, temporaryFolder } from '../../helpers.js';

describe('newton-losses schemas', () => {
  const folder = temporaryFolder();
  const builtIn = (name: string): string => path.join(packageRoot(), 'dist/plugins', `${name}.js`);

  it('prints a module with the validators of plugins, and of the algorithms that they are over', async () => {
    const file = path.join(folder(), 'validators.mjs');
    await schemas([builtIn('blackbox'), builtIn('mse')], (text) => writeFileSync(file, text));
    const { default: validators } = (await import(pathToFileURL(file).href)) as { default: Validators };
    const known = [blackbox.params, blackbox.target, topK.params].map((schema) => JSON.stringify(schema));
    expect(Object.keys(validators)).to.include.members(known);
    expect(validators[known[0]]({ lambda: -1 })).to.equal(false);
  });

  it('refuses files that export no plugin, and schemas that are malformed', async () => {
    const file = path.join(folder(), 'mine.mjs');
    writeFileSync(file, 'export default 1;\n');
    expect((await failureOf(() => schemas([file]))).code).to.equal('REGISTRY');
    const mse = JSON.stringify(pathToFileURL(builtIn('mse')).href);
    writeFileSync(
      path.join(folder(), 'bad.mjs'),
      `import mse from ${mse}; export default { ...mse, target: { type: 'objekt' } };\n`,
    );
    const { code, message } = await failureOf(() => schemas([path.join(folder(), 'bad.mjs')]));
    expect([code, message.includes('mse: the JSON schema of its target does not compile')]).to.deep.equal([
      'REGISTRY',
      true,
    ]);
  });
});
