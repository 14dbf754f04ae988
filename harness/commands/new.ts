import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { openRegistry, Registry } from '../../core/registry.js';
import { namePattern } from '../../core/schema.js';
import { writeFileAtomically } from '../atomic-file.js';
import { print } from '../output.js';
import { pluginText, testText } from '../scaffold.js';

export interface NewOptions {
  /** The folder to write to; made if it does not exist. */
  readonly dir: string;
}

/**
 * `newton-losses new NAME`: writes a loss that works to start from, its test, and its line in registry.json. No file is overwritten, and
 * nothing is written if the name is not kebab-case, is taken, or one of the files exists: REGISTRY.
 */
export async function newLoss(name: string, { dir }: NewOptions, out: (line: string) => void = print): Promise<void> {
  if (!new RegExp(namePattern).test(name)) throw refusal(`a loss is named in kebab-case, such as soft-margin, got ${JSON.stringify(name)}`);
  const folder = path.resolve(dir);
  const extension = isModuleFolder(folder) ? 'js' : 'mjs';
  const plugin = `${name}.${extension}`;
  const test = `${name}.test.${extension}`;
  const registry = await extendedRegistry(folder, name, plugin);
  for (const file of [plugin, test]) {
    if (existsSync(path.join(folder, file))) throw refusal(`${path.join(folder, file)} exists already; nothing is overwritten`);
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, plugin), pluginText(name), { flag: 'wx' });
  writeFileSync(path.join(folder, test), testText(name, plugin), { flag: 'wx' });
  writeFileAtomically(path.join(folder, 'registry.json'), registry);
  const shown = (file: string): string => path.relative(process.cwd(), path.join(folder, file)) || file;
  out(`wrote ${shown(plugin)}, ${shown(test)} and the line in ${shown('registry.json')}`);
  out(`next  npx newton-losses conformance ${name} --registry ${shown('registry.json')}`);
  out(`      npx mocha ${shown(test)}`);
}

/** registry.json of the folder with the new line, as text; REGISTRY where the name is taken here or by a built-in loss. */
async function extendedRegistry(folder: string, name: string, plugin: string): Promise<string> {
  const file = path.join(folder, 'registry.json');
  const content = existsSync(file) ? parsed(file) : { losses: {} };
  new Registry().add(content, folder, file);
  const { losses } = content as { losses: Record<string, string> };
  const taken = [...Object.keys(losses), ...(await openRegistry()).names];
  if (taken.includes(name)) throw refusal(`a loss called ${name} exists already; choose another name`);
  return `${JSON.stringify({ losses: { ...losses, [name]: `./${plugin}` } }, undefined, 2)}\n`;
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (cause) {
    throw refusal(`cannot read ${file}: ${(cause as Error).message}`, cause);
  }
}

function refusal(message: string, cause?: unknown): LossError {
  return new LossError('REGISTRY', message, { cause });
}

/** Whether Node takes .js files in this folder for ES modules: the nearest package.json says so. */
function isModuleFolder(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) return (parsed(file) as { type?: string }).type === 'module';
  const parent = path.dirname(folder);
  return parent !== folder && isModuleFolder(parent);
}
