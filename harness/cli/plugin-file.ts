import path from 'node:path';
import type { NamedPlugin } from '../../core/registry-section.js';
import type { PluginKind } from '../../core/plugin-calls.js';
import { importPlugin } from '../../node/open-registry.js';

/** The plugin that a file exports by default, where a word of the command line is that of a file, not a name. */
export async function pluginInFile<Plugin extends NamedPlugin>(
  kinds: readonly PluginKind[],
  word: string,
): Promise<Plugin | undefined> {
  if (!/[\\/]|\.[cm]?[jt]s$/.test(word)) return undefined;
  const file = path.resolve(word);
  return importPlugin<Plugin>(kinds, `./${path.basename(file)}`, path.dirname(file));
}
