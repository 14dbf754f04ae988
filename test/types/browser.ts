import { checked, openRegistry } from '../../browser/index.js';
import { useBackend } from '../../browser/tfjs/index.js';
import { mine } from './registry.js';

/** Compiled with the tests: what the door for browsers takes. */
export async function examples(): Promise<void> {
  const registry = await openRegistry({ losses: { mine, softsort: () => import('../../plugins/softsort.js') } });
  await registry.create('softsort', { temperature: 0.1 });
  // @ts-expect-error: a misspelt parameter
  await registry.create('softsort', { temprature: 0.1 });
  checked(mine, { width: 2 });
  // @ts-expect-error: there are no files
  await openRegistry('./registry.json');
  await useBackend('webgl');
  await useBackend('webgpu');
  await useBackend('wasm', { wasmPaths: { 'tfjs-backend-wasm.wasm': '/a.wasm' } });
  // @ts-expect-error: a backend of Node
  await useBackend('cuda');
}
