/** Formats the tree by dprint.json, or with --check names the files that it would change. */
import { createFromBuffer } from '@dprint/formatter';
import { getPath } from '@dprint/typescript';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { typescript, excludes, ...shared } = JSON.parse(readFileSync(path.join(root, 'dprint.json'), 'utf8'));
const formatter = createFromBuffer(readFileSync(getPath()));
formatter.setConfig(shared, typescript);

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
const files = listed.toString().split('\n').filter((file) =>
  /\.(ts|js|mjs|cjs)$/.test(file) && !excludes.some((folder) => file.startsWith(folder))
  && existsSync(path.join(root, file))
);
const check = process.argv.includes('--check');
const changed = files.filter((file) => {
  const filePath = path.join(root, file);
  const text = readFileSync(filePath, 'utf8');
  const formatted = formatter.formatText({ filePath, fileText: text });
  if (formatted !== text && !check) writeFileSync(filePath, formatted);
  return formatted !== text;
});
for (const file of changed) console.log(`${check ? 'not formatted' : 'formatted'}: ${file}`);
if (check && changed.length > 0) {
  console.error(`${changed.length} of ${files.length} files are not formatted: run npm run format`);
  process.exitCode = 1;
}
