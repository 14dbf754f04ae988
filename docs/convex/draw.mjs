/**
 * The pictures of docs/convex.md, from solutions of the programs that it shows: `node docs/convex/draw.mjs` writes them
 * beside this file.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRng } from 'newton-losses';
import {
  add,
  constant,
  convexLayer,
  diff,
  dot,
  eq,
  gallery,
  geq,
  index,
  leq,
  logistic,
  matmul,
  multiply,
  norm1,
  parameter,
  problem,
  reshape,
  slice,
  subtract,
  sum,
  sumLargest,
  sumSquares,
  variable,
} from 'newton-losses/convex';
import { arrows, colours, dots, ink, line, picture, plot, steps, words } from './plot.mjs';

const [blue, orange] = colours;
const range = (n) => Array.from({ length: n }, (_, k) => k);
const numbered = (values) => Array.from(values, (value, k) => [k, value]);

const rowOf = (values) => ({ rows: 1, cols: values.length, data: Float64Array.from(values) });

/** The solution of a problem for one value of each parameter. */
function solve(program, variables, parameters, values) {
  return convexLayer(program, { parameters, variables }).forward(values).outputs.map(({ data }) => data);
}

function denoising() {
  const rng = createRng(3);
  const truth = range(80).map((k) => [1, 3, 2, 0.5][Math.floor(k / 20)]);
  const noisy = truth.map((value) => value + 0.4 * rng.normal());
  const [x, y, weight] = [variable([80]), parameter([80]), parameter([], { nonneg: true })];
  const fit = multiply(0.5, sumSquares(subtract(x, y)));
  const denoise = problem({ minimize: add(fit, multiply(weight, norm1(diff(x)))) });
  const [clean] = solve(denoise, [x], [y, weight], [noisy, 2.5]);
  return picture(
    'A noisy signal of four steps, and the piecewise constant one that total variation makes of it',
    plot({
      ...{ x: [0, 79], y: [-0.5, 4], xTicks: [0, 20, 40, 60], yTicks: [0, 1, 2, 3, 4] },
      title: 'total variation, weight 2.5',
    }, [
      dots(numbered(noisy), ink, { r: 2 }),
      steps(numbered(clean), blue),
    ]),
  );
}

function portfolio() {
  const [w, returns] = [variable([3]), parameter([3])];
  const utility = subtract(multiply(0.5, sumSquares(w)), dot(returns, w));
  const program = problem({ minimize: utility, subjectTo: [eq(sum(w), 1), geq(w, 0), leq(w, 0.6)] });
  const first = range(61).map((k) => -0.5 + k / 30);
  const values = first.flatMap((value) => [value, 0.6, 0.1]);
  const { outputs } = convexLayer(program, { parameters: [returns], variables: [w] })
    .forward([{ rows: first.length, cols: 3, data: Float64Array.from(values) }]);
  const weightsOf = (j) => first.map((value, i) => [value, outputs[0].data[3 * i + j]]);
  return picture(
    'Weights of three assets as the return of the first grows: broken lines between 0 and the limit 0.6',
    plot({
      ...{ x: [-0.5, 1.5], y: [0, 0.7], xTicks: [-0.5, 0, 0.5, 1, 1.5], yTicks: [0, 0.2, 0.4, 0.6] },
      ...{ title: 'weights', xTitle: 'return of the first asset; 0.6 and 0.1 of the others' },
    }, [
      ...range(3).map((j) => line(weightsOf(j), colours[j])),
      words(1.42, 0.63, 'first', colours[0], 'end'),
      words(-0.45, 0.63, 'second', colours[1]),
      words(-0.45, 0.43, 'third', colours[2]),
    ]),
  );
}

function control() {
  const T = 16;
  const [position, speed, push, start] = [variable([T + 1]), variable([T + 1]), variable([T]), parameter([2])];
  const motion = [
    eq(slice(position, 1), add(slice(position, 0, T), slice(speed, 0, T))),
    eq(slice(speed, 1), add(slice(speed, 0, T), push)),
    eq(index(position, 0), index(start, 0)),
    eq(index(speed, 0), index(start, 1)),
  ];
  const cost = add(sumSquares(position), sumSquares(speed), multiply(0.1, sumSquares(push)));
  const limited = problem({ minimize: cost, subjectTo: [...motion, leq(push, 1), geq(push, -1)] });
  const free = problem({ minimize: cost, subjectTo: motion });
  const [withLimits, without] = [limited, free].map((one) => solve(one, [position, push], [start], [[8, 0]]));
  const ticks = { x: [0, T], xTicks: [0, 4, 8, 12, 16], xTitle: 'step', width: 300 };
  return picture(
    'Position and push of a cart that starts at 8, with pushes of at most 1 and without limits',
    plot({ ...ticks, y: [-2, 8], yTicks: [0, 4, 8], title: 'position' }, [
      line(numbered(without[0]), ink, { dash: '4 3' }),
      line(numbered(withLimits[0]), blue),
    ]),
    plot({ ...ticks, y: [-7, 5], yTicks: [-6, -4, -2, 0, 2, 4], title: 'push, with limits and without' }, [
      steps(numbered(without[1]), ink, { dash: '4 3' }),
      steps(numbered(withLimits[1]), blue),
    ]),
  );
}

function transport() {
  const n = 16;
  const hill = (centre, width) => {
    const heights = range(n).map((k) => Math.exp(-(((k - centre) / width) ** 2)));
    return heights.map((height) => height / heights.reduce((a, b) => a + b, 0));
  };
  const from = hill(4, 2.5);
  const to = hill(8, 1.2).map((value, k) => (value + hill(13, 1)[k]) / 2);
  const [P, cost, ones] = [variable([n, n], { nonneg: true }), parameter([n * n]), constant(range(n).map(() => 1))];
  const sums = [eq(matmul(P, ones), from), eq(matmul(ones, P), to)];
  const plan = problem({ minimize: dot(cost, reshape(P, [n * n])), subjectTo: sums });
  const squares = range(n * n).map((k) => (Math.floor(k / n) - (k % n)) ** 2);
  const [mass] = solve(plan, [P], [cost], [squares]);
  const used = range(n * n).filter((k) => mass[k] > 1e-3);
  const ticks = range(4).map((k) => 4 * k);
  return picture(
    'The plan that moves a hill about 4 to hills about 8 and 13: mass keeps its order',
    plot({
      ...{ x: [-1, n], y: [-1, 10], xTicks: ticks, yTicks: [0, 4, 8], width: 360, height: 260 },
      ...{ xTitle: 'to', title: 'from' },
    }, [
      dots(from.map((value, k) => [-0.6, k]), orange, { r: (k) => 14 * Math.sqrt(from[k]) }),
      dots(to.map((value, k) => [k, -0.6]), orange, { r: (k) => 14 * Math.sqrt(to[k]) }),
      dots(used.map((k) => [k % n, Math.floor(k / n)]), blue, { r: (k) => 14 * Math.sqrt(mass[used[k]]) }),
    ]),
  );
}

function monotonic() {
  const rng = createRng(5);
  const y = range(40).map((k) => Math.log1p(k) + 0.5 * rng.normal());
  const { problem: program, parameter: data, solution } = gallery.isotonic(40);
  const [fit] = solve(program, [solution], [data], [y]);
  return picture(
    'Forty noisy numbers, and the ascending sequence nearest to them',
    plot({
      ...{ x: [0, 39], y: [-0.5, 5], xTicks: [0, 10, 20, 30], yTicks: [0, 1, 2, 3, 4] },
      title: 'nearest ascending sequence',
    }, [
      dots(numbered(y), ink, { r: 2 }),
      steps(numbered(fit), blue),
    ]),
  );
}

function poisoning() {
  const rng = createRng(11);
  const m = 20;
  const classes = range(m).map((i) => (i % 2 === 0 ? 1 : -1));
  const draw = () => classes.flatMap((side) => [0.9 * side + 0.8 * rng.normal(), 0.5 * side + 0.8 * rng.normal()]);
  const [train, test] = [draw(), draw()];
  const [w, bias, X] = [variable([2]), variable(), parameter([m, 2])];
  const margins = multiply(constant(classes), add(matmul(X, w), bias));
  const objective = add(sum(logistic(multiply(-1, margins))), multiply(0.1, sumSquares(w)));
  const layer = convexLayer(problem({ minimize: objective }), { parameters: [X], variables: [w, bias] });
  const solution = layer.forward([rowOf(train)]);
  const [[a, b], [c]] = solution.outputs.map(({ data }) => data);
  const slopes = [0, 0, 0]; // of the mean loss on the test set, by w and bias
  classes.forEach((side, i) => {
    const [u, v] = [test[2 * i], test[2 * i + 1]];
    const weight = -side / (1 + Math.exp(side * (a * u + b * v + c))) / m;
    [u, v, 1].forEach((factor, k) => (slopes[k] += weight * factor));
  });
  const [gradient] = solution.vjp([slopes.slice(0, 2), slopes.slice(2)].map(rowOf));
  const point = (of, i) => [of[2 * i], of[2 * i + 1]];
  const longest = Math.max(...range(m).map((i) => Math.hypot(...point(gradient.data, i))));
  const step = gradient.data.map((value) => (0.8 * value) / longest);
  const moved = range(m).map((i) => point(train, i).map((value, k) => value + step[2 * i + k]));
  const border = ([p, q], r) => [-2.5, 2.5].map((y) => [-(q * y + r) / p, y]);
  const after = layer.forward([rowOf(moved.flat())]).outputs;
  const ofClass = (side) => range(m).filter((i) => classes[i] === side).map((i) => point(train, i));
  const visible = range(m).filter((i) => Math.hypot(...point(gradient.data, i)) > 0.1 * longest);
  return picture(
    'Two classes of training points, the border between them, and which way each point has to move to spoil it',
    plot({
      ...{ x: [-3, 3], y: [-2.5, 2.5], xTicks: [-2, 0, 2], yTicks: [-2, 0, 2], height: 260 },
      title: 'gradient of the test loss by each training point',
    }, [
      line(border([a, b], c), ink),
      line(border(after[0].data, after[1].data[0]), ink, { dash: '4 3' }),
      dots(ofClass(1), blue),
      dots(ofClass(-1), orange),
      arrows(visible.map((i) => [point(train, i), moved[i]]), colours[2]),
    ]),
  );
}

function ranks() {
  const n = 4;
  const [r, y] = [variable([n]), parameter([n])];
  const tops = range(n - 1).map((k) => leq(sumLargest(r, k + 1), (k + 1) * (n - 1) - (k * (k + 1)) / 2));
  const subjectTo = [eq(sum(r), (n * (n - 1)) / 2), ...tops];
  const nearest = problem({ minimize: sumSquares(subtract(r, y)), subjectTo });
  const layer = convexLayer(nearest, { parameters: [y], variables: [r] });
  const first = range(81).map((k) => -0.5 + k / 20);
  const softly = (scale) => {
    const data = Float64Array.from(first.flatMap((value) => [value, 0.5, 1.2, 2.5].map((one) => one * scale)));
    const { outputs } = layer.forward([{ rows: first.length, cols: n, data }]);
    return first.map((value, i) => [value, outputs[0].data[n * i]]);
  };
  return picture(
    'The soft rank of a number as it passes 0.5, 1.2 and 2.5, at three temperatures',
    plot({
      ...{ x: [-0.5, 3.5], y: [0, 3.2], xTicks: [0.5, 1.2, 2.5], yTicks: [0, 1, 2, 3] },
      title: 'soft rank of a number beside 0.5, 1.2 and 2.5',
    }, [
      ...[1, 3, 20].map((scale, k) => line(softly(scale), colours[k])),
      ...[1, 3, 20].map((scale, k) => words(3.45, 0.75 - 0.3 * k, `numbers times ${scale}`, colours[k], 'end')),
    ]),
  );
}

/** File names and their contents. */
export function pictures() {
  const makers = { denoising, portfolio, control, transport, monotonic, poisoning, ranks };
  return Object.fromEntries(Object.entries(makers).map(([name, make]) => [`${name}.svg`, make()]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, svg] of Object.entries(pictures())) writeFileSync(new URL(name, import.meta.url), svg);
}
