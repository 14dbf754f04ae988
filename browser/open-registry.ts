import { algorithms, losses } from '../built-in.js';
import { LossError } from '../core/errors.js';
import { textOf } from '../core/messages.js';
import { type PluginSources, Registry } from '../core/registry.js';

/**
 * The built-in losses and algorithms, and those of the given sources: plugins by name, as in `registry.add`, since
 * browsers have no registry files:
 *
 *     const registry = await openRegistry({ losses: { 'my-loss': () => import('./my-loss.js') } });
 *
 * Nothing is replaced: a name that exists already is a REGISTRY error.
 */
export async function openRegistry(...sources: PluginSources[]): Promise<Registry> {
  const registry = new Registry();
  registry.add({ losses, algorithms }, 'newton-losses');
  for (const source of sources as unknown[]) {
    if (typeof source !== 'string') registry.add(source as PluginSources, 'openRegistry');
    else {
      const instead = "import it, { losses: { 'my-loss': () => import('./my-loss.js') } }";
      throw new LossError('REGISTRY', `openRegistry: a browser has no file or package ${textOf(source)}; ${instead}`);
    }
  }
  return registry;
}
