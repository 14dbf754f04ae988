import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { writeReport } from '../../harness/report/index.js';
import { ablationRuns, writeComparison } from '../harness/report-folders.js';
import { chromiumFor } from './chromium.js';

describe('results by a setting in a browser', function() {
  this.timeout(60_000);
  let folder = '';
  let browser: Browser;

  before(async function() {
    browser = await chromiumFor(this);
    folder = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
    writeComparison(folder, ablationRuns([0.001, 0.1, 10]));
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('hide lines and seeds of their own, change the metric and say the value under the pointer', async () => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(pathToFileURL((await writeReport(folder)).file).href);
    const part = page.locator('.curves').first();
    const lines = (): Promise<number> => part.locator('path[fill=none]').count();
    expect(await lines()).to.equal(9);
    expect(await part.locator('.legend li').allTextContents()).to.deep.equal(['none', 'fisher', 'hessian']);
    await part.locator('.legend button').first().click();
    expect(await lines()).to.equal(6);
    await part.locator('.controls button', { hasText: '1' }).click();
    expect(await lines()).to.equal(4);
    await part.locator('select').selectOption('EW');
    const text = await part.locator('svg').last().textContent();
    expect(text).to.contain('EW, test (%)').and.to.contain('newton.lambda').and.to.contain('0.001');
    await part.locator('.chart > svg').hover();
    expect(await part.locator('.readout').innerText()).to.match(/^newton\.lambda 0\.1\n+fisher \d/);
    expect(said).to.deep.equal([]);
  });
});
