import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { LossError } from '../../../core/errors.js';
import { parseJson } from '../../../core/json-text.js';
import type { PluginKind } from '../../../core/plugin-calls.js';
import type { Registry } from '../../../core/registry.js';
import { openRegistry } from '../../../node/open-registry.js';
import { pluginsOfFile } from '../../../node/registry-file.js';
import { namePattern } from '../../../core/schema.js';
import { writeFileAtomically } from '../../files/atomic-file.js';
import { print } from '../../terminal/output.js';
import { scaffolds } from '../scaffold/index.js';

export interface NewOptions {
  /** The folder to write to; made if it does not exist. */
  readonly dir: string;
  /** TypeScript, which Node 22.18 and newer run as it is. */
  readonly ts?: boolean;
  /** Absent: a loss. */
  readonly kind?: PluginKind;
}

/**
 * `newton-losses new [KIND] NAME`: writes a loss that works to start from, or an algorithm, a task or a model, its test,
 * and its line in registry.json. No file is overwritten, and nothing is left if the name is not kebab-case, is taken, one of the files exists, or one cannot be
 * written: REGISTRY.
 */
export async function newPlugin(
  name: string,
  { dir, ts = false, kind = 'loss' }: NewOptions,
  out: (line: string) => void = print,
): Promise<void> {
  if (!new RegExp(namePattern).test(name)) {
    throw refusal(`a plugin is named in kebab-case, such as soft-margin, got ${JSON.stringify(name)}`);
  }
  const folder = path.resolve(dir);
  const extension = isModuleFolder(folder) ? 'js' : 'mjs';
  const plugin = `${name}.${ts ? (extension === 'js' ? 'ts' : 'mts') : extension}`;
  const test = `${name}.test.${extension}`;
  const registry = await extendedRegistry(folder, kind, name, plugin);
  for (const file of [plugin, test]) {
    if (existsSync(path.join(folder, file))) {
      throw refusal(`${path.join(folder, file)} exists already; nothing is overwritten`);
    }
  }
  const scaffold = scaffolds[kind];
  const files = { [plugin]: scaffold.plugin(name, ts ? 'ts' : 'js'), [test]: scaffold.test(name, plugin) };
  writeAll(folder, files, registry);
  const shown = (file: string): string => path.relative(process.cwd(), path.join(folder, file)) || file;
  out(`wrote ${shown(plugin)}, ${shown(test)} and the line in ${shown('registry.json')}`);
  out(`next  npx newton-losses conformance ${name} --registry ${shown('registry.json')}`);
  out(`      npx mocha ${shown(test)}`);
}

/** Writes new files, then the registry; where something cannot be written, removes what it has made. */
function writeAll(folder: string, files: Readonly<Record<string, string>>, registry: string): void {
  const made: string[] = [];
  let first: string | undefined;
  try {
    first = mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      const descriptor = openSync(file, 'wx');
      made.push(file);
      try {
        writeFileSync(descriptor, text);
      } finally {
        closeSync(descriptor);
      }
    }
    writeFileAtomically(path.join(folder, 'registry.json'), registry);
  } catch (cause) {
    for (const file of made) rmSync(file, { force: true });
    if (first !== undefined) removeEmpty(folder, first);
    throw refusal(`cannot write the plugin to ${folder}: ${(cause as Error).message}; nothing was changed`, cause);
  }
}

/** Removes a folder and those around it up to `first`, as far as they are empty. */
function removeEmpty(folder: string, first: string): void {
  for (let at = folder; at.startsWith(first) && readdirSync(at).length === 0; at = path.dirname(at)) rmdirSync(at);
}

const SECTIONS = { loss: 'losses', algorithm: 'algorithms', task: 'tasks', model: 'models' } as const;

/**
 * registry.json of the folder with the new line, as text: whatever else is in it stays, in its order, and so do its
 * indentation and line ends. REGISTRY where the name is taken here or by a built-in plugin of the kind.
 */
async function extendedRegistry(folder: string, kind: PluginKind, name: string, plugin: string): Promise<string> {
  const section = SECTIONS[kind];
  const file = path.join(folder, 'registry.json');
  const text = existsSync(file) ? readText(file) : undefined;
  const content = text === undefined ? { [section]: {} } : parsed(text, file);
  pluginsOfFile(content, folder, file);
  const own = (content as Partial<Record<typeof section, Record<string, string>>>)[section] ?? {};
  const taken = [...Object.keys(own), ...namesOf(await openRegistry(), kind)];
  if (taken.includes(name)) throw refusal(`the ${kind} ${name} exists already; choose another name`);
  return formattedLike(text, { ...(content as object), [section]: { ...own, [name]: `./${plugin}` } });
}

function namesOf({ names, algorithmNames, taskNames, modelNames }: Registry, kind: PluginKind): string[] {
  return { loss: names, algorithm: algorithmNames, task: taskNames, model: modelNames }[kind];
}

/** JSON as the text before it was laid out; two spaces where there was none. */
function formattedLike(before: string | undefined, content: object): string {
  const inner = before?.trim() ?? '';
  const onOneLine = inner !== '' && !inner.includes('\n');
  const indentation = /\n([ \t]+)/.exec(inner)?.[1] ?? '  ';
  const text = JSON.stringify(content, undefined, onOneLine ? undefined : indentation);
  const end = before === undefined || before.endsWith('\n') ? '\n' : '';
  return `${text}${end}`.replaceAll('\n', inner.includes('\r\n') || before?.endsWith('\r\n') ? '\r\n' : '\n');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw refusal(`cannot read ${file}: ${(cause as Error).message}`, cause);
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return parseJson(text);
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
  if (existsSync(file)) return (parsed(readText(file), file) as { type?: string }).type === 'module';
  const parent = path.dirname(folder);
  return parent !== folder && isModuleFolder(parent);
}
