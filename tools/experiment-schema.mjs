// Writes experiment.schema.json, and the tables of docs/experiments.md, from the schema in harness/experiments/; with
// --check says whether they are such.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeParameters } from '../dist/harness/cli/describe.js';
import { experimentFileSchema, experimentSchema } from '../dist/harness/experiments/experiment-schema.js';
import { optimizerNames, optimizerSchemas } from '../dist/harness/experiments/optimizers.js';

const { newton, loss, ...whole } = experimentSchema.properties;
const tables = {
  experiment: table({ $schema: experimentFileSchema.properties.$schema, ...whole }, experimentFileSchema.required),
  loss: table(loss.properties, loss.required, 'loss.'),
  newton: table(newton.properties, [], 'newton.'),
  ...Object.fromEntries(
    optimizerNames.map((name) => [name, table(optimizerSchemas[name].properties, [], 'optimizer.')]),
  ),
};

function table(properties, required, prefix = '') {
  const rows = describeParameters({ properties }).map(([name, type, fallback, description]) => {
    const standard = fallback === 'required' && !required.includes(name) ? '' : fallback.replace(/^default /, '');
    const cells = [`\`${prefix}${name}\``, type, standard, description];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| field | is | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** A page with its tables between `<!-- NAME -->` and `<!-- end -->` as they should be. */
function withTables(page) {
  return page.replace(
    /(<!-- (\w+) -->\n)(?:\|.*\n)*(?=<!-- end -->)/g,
    (_, mark, name) => `${mark}${tables[name]}\n`,
  );
}

const at = (name) => new URL(`../${name}`, import.meta.url);
const page = readFileSync(at('docs/experiments.md'), 'utf8');
const texts = {
  'experiment.schema.json': `${JSON.stringify(experimentFileSchema, undefined, 2)}\n`,
  'docs/experiments.md': withTables(page),
};
for (const [name, text] of Object.entries(texts)) {
  if (!process.argv.includes('--check')) writeFileSync(at(name), text);
  else if (readFileSync(at(name), 'utf8') !== text) {
    console.error(`${name} is not what the schema says: run node tools/experiment-schema.mjs`);
    process.exitCode = 1;
  }
}
