import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** WebGL and WebGPU in software, and no sandbox, which containers lack. */
const ARGUMENTS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/** A browser for the tests of a suite, which are skipped, with the reason, where there is none. */
export async function chromiumFor(suite: Mocha.Context): Promise<Browser> {
  const launched = await launchChromium();
  if (typeof launched !== 'string') return launched;
  process.stderr.write(`${launched}\n`);
  return suite.skip();
}

/** Debian's Chromium, or else an installed Chrome, without a window; or why there is none. */
async function launchChromium(): Promise<Browser | string> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));
  try {
    return await chromium.launch({ args: ARGUMENTS, ...(executablePath ? { executablePath } : { channel: 'chrome' }) });
  } catch (error) {
    return `no Chromium or Chrome starts here: ${(error as Error).message.split('\n')[0]}`;
  }
}
