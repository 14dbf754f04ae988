import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { once } from '../../core/matrices.js';
import { packageRoot } from '../../node/package-root.js';

const run = promisify(execFile);
const modules = path.join(packageRoot(), 'node_modules');

/** The command line of the package that is installed in a folder. */
export function installedProgram(folder: string): string {
  return path.join(folder, 'node_modules/newton-losses/dist/harness/cli/main.js');
}

/** What package.json says of what a package needs. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Installs in a folder what npm would: this package as it is packed, the packages `beside` it, and what they depend on,
 * which are links to ours. What it does not depend on cannot be found from there.
 */
export async function installPacked(folder: string, beside: readonly string[] = []): Promise<void> {
  const home = path.join(folder, 'node_modules/newton-losses');
  mkdirSync(home, { recursive: true });
  await run('tar', ['-xzf', await tarball(), '-C', home, '--strip-components', '1']);
  for (const name of withDependencies([...dependenciesOf(home), ...beside])) {
    const link = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(modules, name), link, 'junction');
  }
}

/** The package as `npm pack` makes it, once a process, which removes it when it ends. */
const tarball = once(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'newton-losses-packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const pack = ['pack', packageRoot(), '--ignore-scripts', '--silent', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { shell: process.platform === 'win32' });
  return path.join(folder, stdout.trim());
});

function withDependencies(names: readonly string[]): Set<string> {
  const found = new Set(names);
  for (const name of found) for (const other of dependenciesOf(path.join(modules, name))) found.add(other);
  return found;
}

function dependenciesOf(folder: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  return Object.keys(dependencies);
}
