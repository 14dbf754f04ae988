import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { writePage, writeReport } from '../../harness/report/index.js';
import { typicalRuns, writeComparison } from '../harness/report-folders.js';
import { chromiumFor } from './chromium.js';

/** For the page: its elements that its edges cut, or a box of their own. */
const CUT = `[...document.querySelectorAll('body *')].filter((element) => {
  const { left, right } = element.getBoundingClientRect();
  const inside = left >= -0.5 && right <= document.documentElement.clientWidth + 0.5;
  const whole = inside && element.scrollWidth <= element.clientWidth + 1;
  return !whole && !(element instanceof SVGElement) && getComputedStyle(element).display !== 'inline';
}).map((element) => element.tagName + ' ' + element.textContent.slice(0, 40))`;

describe('a report in a browser', function() {
  this.timeout(60_000);
  let folder = '';
  let browser: Browser;
  let address = '';

  before(async function() {
    browser = await chromiumFor(this);
    folder = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
    writeComparison(folder, typicalRuns());
    address = pathToFileURL((await writeReport(folder)).file).href;
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (width: number, scripts = true, url = address): Promise<{ page: Page; said: string[] }> => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      javaScriptEnabled: scripts,
      acceptDownloads: true,
    });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => request.url() === url || said.push(request.url()));
    await page.goto(url);
    return { page, said };
  };
  const lines = (page: Page): Promise<number> => page.locator('figure[data-chart=metric] path[fill=none]').count();

  it('cuts nothing on narrow and wide screens and on paper, and draws as wide as the page is', async () => {
    for (const [width, media] of [[390, 'screen'], [768, 'screen'], [1280, 'screen'], [717, 'print']] as const) {
      const { page, said } = await open(width);
      await page.emulateMedia({ media });
      expect(await page.evaluate<string[]>(CUT), `${width} ${media}`).to.deep.equal([]);
      expect(await page.locator('.chart > svg').count()).to.equal(4);
      expect(said, `${width} ${media}`).to.deep.equal([]);
      await page.context().close();
    }
  });

  it('cuts nothing of several groups either, light and dark, and leads from their tables to them', async () => {
    writeComparison(path.join(folder, 'other'), typicalRuns());
    const { file } = writePage([folder, path.join(folder, 'other')], path.join(folder, 'page.html'));
    const url = pathToFileURL(file).href;
    for (const [width, colorScheme] of [[390, 'light'], [900, 'dark'], [1280, 'dark']] as const) {
      const { page, said } = await open(width, true, url);
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate<string[]>(CUT), `${width} ${colorScheme}`).to.deep.equal([]);
      const links = await page.locator('a[href^="#"]').evaluateAll((all) =>
        all.map((link) => link.getAttribute('href')!)
      );
      expect(links.length).to.be.above(2 * (2 + 4));
      for (const link of new Set(links)) {
        expect(await page.locator(`[id="${link.slice(1)}"]`).count(), link).to.equal(1);
      }
      expect(said).to.deep.equal([]);
      await page.context().close();
    }
  });

  it('can be read where no script runs', async () => {
    const { page } = await open(390, false);
    expect(await lines(page)).to.equal(16);
    expect(await page.locator('button, select, input').count()).to.equal(0);
    await page.context().close();
  });

  it('hides variants and seeds, and changes metric and axes', async () => {
    const { page, said } = await open(1000);
    expect(await lines(page)).to.equal(16);
    await page.locator('.legend button').first().click();
    expect(await lines(page)).to.equal(12);
    await page.locator('.controls button', { hasText: '2' }).click();
    expect(await lines(page)).to.equal(9);
    await page.locator('.legend button').first().click();
    expect(await lines(page)).to.equal(12);
    const figure = page.locator('figure[data-chart=metric]');
    await figure.locator('select').selectOption('EW');
    await figure.getByLabel('Logarithmic').check();
    expect(await figure.locator('svg').textContent()).to.contain('EW, test (%)').and.to.contain('Training step');
    const times = page.locator('figure[data-chart=time]');
    expect(await times.locator('svg').textContent()).to.contain('EW, test (%)').and.to.contain('Training time (s)');
    const losses = page.locator('figure[data-chart=loss]');
    await losses.locator('select').selectOption('seconds');
    expect(await losses.locator('svg').textContent()).to.contain('Training time (s)');
    expect(await page.locator('figure[data-chart=norms] svg').textContent()).to.contain('Training step');
    for (const button of await page.locator('.legend button').all()) await button.click();
    expect(await page.locator('.chart').allTextContents()).to.deep.equal(Array(4).fill('Nothing is selected.'));
    expect(said).to.deep.equal([]);
    await page.context().close();
  });

  it('sorts tables by any column, up and down, and leads from variants to their runs', async () => {
    const { page, said } = await open(1280);
    const results = page.locator('table', { hasText: 'best EM' });
    const variants = (): Promise<string[]> => results.locator('tbody th').allInnerTexts();
    const inFile = ['none', 'fisher', 'hessian', 'none-exact'];
    expect(await variants()).to.deep.equal(inFile);
    const head = results.locator('thead th').nth(1);
    await head.getByRole('button').click();
    const ascending = await variants();
    expect(await head.getAttribute('aria-sort')).to.equal('ascending');
    const means = await results.locator('tbody td:nth-child(2)').evaluateAll((cells) =>
      cells.map((cell) => Number(cell.dataset['number']))
    );
    expect(means).to.deep.equal([...means].sort((a, b) => a - b)).and.to.have.lengthOf(4);
    await head.getByRole('button').click();
    expect(await variants()).to.deep.equal(ascending.reverse());
    const difference = results.locator('thead th').nth(4).getByRole('button');
    await difference.click();
    await difference.click();
    expect((await variants()).at(-1)).to.equal('none'); // which has none
    await results.getByText('hessian', { exact: true }).click();
    const target = page.locator(decodeURIComponent(new URL(page.url()).hash));
    expect(await target.locator('th').innerText()).to.equal('hessian, seed 0');
    expect(await target.locator('a').getAttribute('href')).to.equal('hessian/seed-0/');
    expect(said).to.deep.equal([]);
    await page.context().close();
  });

  it('has bands around means by time as by step, until they are switched off', async () => {
    const { page, said } = await open(1000);
    const bands = page.locator('path.band');
    expect(await bands.count()).to.equal(2 * 4);
    await page.getByLabel('95% bands').uncheck();
    expect(await bands.count()).to.equal(0);
    await page.getByLabel('95% bands').check();
    await page.locator('.controls button', { hasText: '0' }).click();
    await page.locator('.controls button', { hasText: '1' }).click();
    expect(await bands.count()).to.equal(0); // of one seed
    expect(said).to.deep.equal([]);
    await page.context().close();
  });

  it('shows the values under the pointer', async () => {
    const { page } = await open(1000);
    await page.locator('figure[data-chart=metric] svg').hover();
    const [, hessian] = readFileSync(path.join(folder, 'hessian/seed-1/metrics.jsonl'), 'utf8').match(/"EM":([^,]*)/)!;
    const text = await page.locator('.readout').innerText();
    expect(text).to.match(/^Training step 2000\n/).and.to.match(/none-exact \d/);
    expect(Number(/hessian ([\d.]+)/.exec(text)![1])).to.be.within(100 * Number(hessian), 30);
    await page.mouse.move(0, 0);
    expect(await page.locator('.readout').count()).to.equal(0);
    await page.context().close();
  });

  it('hands out what is drawn as CSV', async () => {
    const { page } = await open(1000);
    const rows = async (name: string): Promise<string[]> => {
      const waiting = page.waitForEvent('download');
      await page.getByText(`Download mnist-sort-quick-softsort-${name}.csv`).click();
      return readFileSync(await (await waiting).path(), 'utf8').trimEnd().split('\r\n');
    };
    const evaluations = await rows('evaluations');
    expect(evaluations[0]).to.equal('variant,seed,step,seconds,EM,EW,EM5');
    expect(evaluations).to.have.lengthOf(1 + 12 * 8);
    const training = await rows('training');
    expect(training[0]).to.equal('variant,seed,step,seconds,loss,largest |g|,explosive steps');
    expect(training).to.have.lengthOf(1 + 12 * 80);
    expect(training[1]).to.match(/^none,0,50,0\.1\d*,0\.292593,\d\.\d+,0$/);
    await page.context().close();
  });
});
