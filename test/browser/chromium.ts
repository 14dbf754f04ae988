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

/** Debian's Chromium, or else an installed Chrome, without a window; or why there is none. */
export async function launchChromium(): Promise<Browser | string> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));
  try {
    return await chromium.launch({ args: ARGUMENTS, ...(executablePath ? { executablePath } : { channel: 'chrome' }) });
  } catch (error) {
    return `no Chromium or Chrome starts here: ${(error as Error).message.split('\n')[0]}`;
  }
}
