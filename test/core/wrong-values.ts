import { zeros } from '../../core/batch.js';
import { LossError } from '../../core/errors.js';

/**
 * Values on which code that looks at them comes to grief: conversions, getters and proxies that throw, cycles. New ones
 * at every call.
 */
export function hostileValues(): unknown[] {
  const refuse = (): never => {
    throw new TypeError('hands off');
  };
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  return [
    cycle,
    [cycle, [cycle]],
    { toJSON: refuse, toString: refuse, valueOf: refuse },
    Object.defineProperty({}, 'rows', { get: refuse, enumerable: true }),
    new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse }),
    new Proxy([], { get: refuse }),
    Object.defineProperty(() => 1, 'name', { value: Symbol('name') }),
    Object.assign(Object.create(null) as object, { a: 1 }),
    { constructor: null },
    Object.create({ constructor: undefined }),
  ];
}

/** What is hardly ever the right kind of argument. New values at every call. */
export function wrongValues(): unknown[] {
  return [
    ...[
      undefined,
      null,
      true,
      0,
      -1,
      0.5,
      NaN,
      Infinity,
      1e308,
      2 ** 53,
      10n,
      Symbol('wrong'),
      '',
      'wrong',
      '__proto__',
    ],
    ...[() => 1, Math.max, LossError],
    ...[[], {}, [null], [[]], [[NaN]], [['x']], [[1n]], [1, 2], { rows: 1 }, { length: 2 }, {
      rows: 1n,
      cols: 2n,
      data: new Float64Array(2),
    }],
    ...[
      { rows: Symbol('rows'), cols: 1, data: new Float64Array(1) },
      { rows: 1, cols: 1, data: [1] },
      zeros(0, 0),
      zeros(2, 0),
    ],
    ...[
      new Float32Array(2),
      new Float64Array(2),
      new BigInt64Array(2),
      new DataView(new ArrayBuffer(8)),
      new SharedArrayBuffer(8),
    ],
    ...[new Date(0), new Map([['a', 1]]), new Set([1]), new Error('wrong'), /wrong/, new WeakMap(), Promise.resolve(1)],
    ...hostileValues(),
  ];
}
