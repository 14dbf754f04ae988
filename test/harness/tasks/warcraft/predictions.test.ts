import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import { drawPredictions, type PredictedMap } from '../../../../harness/tasks/warcraft/predictions.js';

const grid = { rows: 2, columns: 3, tile: 1 };
const map: PredictedMap = {
  picture: Uint8Array.from({ length: 18 }, (_, k) => 10 * k),
  costs: [1, 2, 1, 10, 5, 1],
  label: [1, 0, 0, 0, 1, 1],
  path: [1, 1, 0, 0, 0, 1],
};

/** The strokes of a colour, as they stand. */
const strokes = (svg: string, colour: string): string[] =>
  [...svg.matchAll(new RegExp(`<path d="([^"]*)" stroke="${colour}"`, 'g'))].map(([, d]) => d);

describe('drawPredictions', () => {
  const svg = drawPredictions([map, { ...map, path: map.label }], grid);

  it('joins the neighbouring cells of both paths, the predicted one on the true one', () => {
    const [label, path] = ['M0.5 0.5l1 1M1.5 1.5l1 0', 'M0.5 0.5l1 0M1.5 0.5l1 1'];
    expect(strokes(svg, '#ffd21f').slice(0, 2)).to.deep.equal([label, label]);
    expect(strokes(svg, '#0072b2').slice(0, 2)).to.deep.equal([path, label]);
    expect(svg.indexOf('#ffd21f')).to.be.below(svg.indexOf('#0072b2'));
  });

  it('shades every cell once, from the cheapest to the dearest', () => {
    const shades = [...svg.matchAll(/<path fill="(#[^"]*)" d="([^"]*)"\/>/g)].slice(0, 9).map(([, , d]) => d);
    expect(shades[0]).to.equal('M0 0h1v1h-1zM2 0h1v1h-1zM2 1h1v1h-1z');
    expect(shades[1]).to.equal('M1 0h1v1h-1z');
    expect(shades[4]).to.equal('M1 1h1v1h-1z');
    expect(shades[8]).to.equal('M0 1h1v1h-1z');
    expect(shades.join('').split('M')).to.have.lengthOf(7);
  });

  it('draws costs that are all the same', () => {
    const [cheapest] = [
      ...drawPredictions([{ ...map, costs: [3, 3, 3, 3, 3, 3] }], grid).matchAll(/<path fill="#[^"]*" d="([^"]*)"\/>/g),
    ];
    expect(cheapest[1].split('M')).to.have.lengthOf(7);
  });

  it('holds the pictures and loads nothing', () => {
    const [png] = [...svg.matchAll(/data:image\/png;base64,([^"]*)/g)].map(([, data]) => Buffer.from(data, 'base64'));
    const start = png.indexOf('IDAT') + 4;
    const rows = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
    expect([...rows.subarray(0, 7)]).to.deep.equal([1, 0, 10, 20, 30, 30, 30]); // differences from the pixel to the left
    expect(svg).not.to.match(/\sid=|url\(|https?:(?!\/\/www\.w3\.org)/);
  });
});
