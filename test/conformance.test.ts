import { openRegistry } from '../core/registry.js';
import { conformance } from './conformance/index.js';

/** Parameters to test beside the defaults; a loss that is not listed is tested with its defaults. */
const variants: Readonly<Record<string, readonly object[]>> = {};

const registry = await openRegistry();
for (const name of registry.names) {
  const plugin = await registry.plugin(name);
  conformance(plugin);
  for (const params of variants[name] ?? []) conformance(plugin, { params });
}
