/** Small plots as SVG, in colours that can be read on white and on black. */

export const ink = '#767e88';
export const colours = ['#3b82f6', '#e8791a', '#2fa36b', '#b45ad0'];

const margin = { left: 36, right: 12, top: 22, bottom: 38 };

/** One decimal: enough for a picture, and the same digits on every machine. */
const fixed = (x) => String(Math.round(x * 10) / 10 + 0);

/**
 * A plot of `marks` over the ranges `x` and `y`, `[least, greatest]`, with labels at `xTicks` and `yTicks`. Marks are
 * functions of the two scales that give SVG.
 */
export function plot({ width = 440, height = 220, x, y, xTicks, yTicks, xTitle = '', title = '' }, marks) {
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const sx = (value) => margin.left + ((value - x[0]) / (x[1] - x[0])) * (right - margin.left);
  const sy = (value) => bottom - ((value - y[0]) / (y[1] - y[0])) * (bottom - margin.top);
  const frame = [
    ...yTicks.map((value) => segment([margin.left, sy(value)], [right, sy(value)], { stroke: ink, opacity: 0.3 })),
    ...yTicks.map((value) => label(margin.left - 6, sy(value) + 4, value, 'end')),
    ...xTicks.map((value) => label(sx(value), bottom + 16, value, 'middle')),
    label(right, bottom + 33, xTitle, 'end'),
    label(margin.left, 13, title, 'start'),
  ];
  return { width, height, body: [...frame, ...marks.map((mark) => mark(sx, sy))].join('\n') };
}

/** Plots side by side, as one document; `alt` says in words what they show. */
export function picture(alt, ...plots) {
  let at = 0;
  const placed = plots.map(({ width, body }) => {
    const group = `<g transform="translate(${at})">\n${body}\n</g>`;
    at += width;
    return group;
  });
  const height = Math.max(...plots.map((one) => one.height));
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${alt}" `
    + `width="${at}" height="${height}" viewBox="0 0 ${at} ${height}" font-family="sans-serif" font-size="12">\n`
    + `${placed.join('\n')}\n</svg>\n`;
}

/** A line through points `[x, y]`. */
export function line(points, stroke, { width = 2, dash = '' } = {}) {
  return (sx, sy) => {
    const path = points.map(([x, y]) => `${fixed(sx(x))},${fixed(sy(y))}`).join(' ');
    const dashes = dash && ` stroke-dasharray="${dash}"`;
    return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="${width}"${dashes}/>`;
  };
}

/** A line that keeps each value until the next x. */
export function steps(points, stroke, options) {
  return line(points.flatMap(([x, y], k) => (k > 0 ? [[x, points[k - 1][1]], [x, y]] : [[x, y]])), stroke, options);
}

/** Discs of radius `r`, or of `r(k)` for the k-th. */
export function dots(points, fill, { r = 2.5, opacity = 1 } = {}) {
  return (sx, sy) =>
    points.map(([x, y], k) => {
      const radius = fixed(typeof r === 'function' ? r(k) : r);
      return `<circle cx="${fixed(sx(x))}" cy="${fixed(sy(y))}" r="${radius}" fill="${fill}" opacity="${opacity}"/>`;
    }).join('\n');
}

/** An arrow from each `from` to its `to`. */
export function arrows(pairs, stroke) {
  return (sx, sy) =>
    pairs.map(([from, to]) => {
      const [a, b] = [from, to].map(([x, y]) => [sx(x), sy(y)]);
      const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
      const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
      const wing = (side) => [b[0] - 4 * ux + side * 3 * uy, b[1] - 4 * uy - side * 3 * ux];
      return [segment(a, b, { stroke }), segment(wing(1), b, { stroke }), segment(wing(-1), b, { stroke })].join('\n');
    }).join('\n');
}

/** Words at a point of the plot. */
export function words(x, y, text, fill, anchor = 'start') {
  return (sx, sy) => label(sx(x), sy(y), text, anchor, fill);
}

function segment([x1, y1], [x2, y2], { stroke, opacity = 1 }) {
  const ends = `x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"`;
  return `<line ${ends} stroke="${stroke}" opacity="${opacity}"/>`;
}

function label(x, y, text, anchor, fill = ink) {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" fill="${fill}">${text}</text>`;
}
