import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../node/package-root.js';

const folder = path.join(packageRoot(), 'docs/convex');
const NUMBER = /-?\d+(\.\d+)?/g;

/** What is drawn, without where. */
const outline = (svg: string): string => svg.replace(NUMBER, '#');
const places = (svg: string): number[] => (svg.match(NUMBER) ?? []).map(Number);

describe('pictures of docs/convex.md', () => {
  const kept = readdirSync(folder).filter((name) => name.endsWith('.svg'));
  const text = readFileSync(path.join(folder, '../convex.md'), 'utf8');

  it('are all shown, and all kept', () => {
    const shown = [...text.matchAll(/\(convex\/([^)]+\.svg)\)/g)].map(([, name]) => name);
    expect(shown).to.have.members(kept);
  });

  it('are those that docs/convex/draw.mjs makes, to a tenth of a pixel', async () => {
    const maker = await import(pathToFileURL(path.join(folder, 'draw.mjs')).href) as {
      pictures(): Record<string, string>;
    };
    const made = maker.pictures();
    expect(Object.keys(made)).to.have.members(kept);
    for (const [name, svg] of Object.entries(made)) {
      const file = readFileSync(path.join(folder, name), 'utf8');
      expect(outline(svg), name).to.equal(outline(file));
      const [now, then] = [svg, file].map(places);
      now.forEach((place, k) => expect(place, `${name}: number ${k}`).to.be.closeTo(then[k], 0.11));
    }
  });
});
