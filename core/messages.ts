/** The most characters of a value that a message shows. */
const LONGEST = 80;
/** Objects in objects that are written out. */
const DEEPEST = 3;

/**
 * What came, for a message, in at most `longest` characters: as JSON where it is plain data, else what it is. Any value
 * goes: BigInts, symbols, functions, cycles, proxies and getters that throw.
 */
export function textOf(value: unknown, longest = LONGEST): string {
  const text = attempt(() => written(value, DEEPEST, longest)) ??
    `${typeof value === 'function' ? 'a function' : 'an object'} that cannot be read`;
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}

/** Why something failed, from what was thrown, which need not be an error. */
export function reasonOf(thrown: unknown): string {
  const message = attempt(() => (thrown as Error).message);
  return typeof message === 'string' && message !== '' ? message : textOf(thrown);
}

/** Whether an import failed because a package is not installed: Node, bundlers and browsers name it in quotes. */
export function saysMissing(thrown: unknown, packageName: string): boolean {
  return ["''", '""', '“”'].some(([open, close]) => reasonOf(thrown).includes(open + packageName + close));
}

/**
 * The name that was probably meant: the nearest by letters added, dropped, changed or swapped, if a third of them or
 * less are wrong.
 */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(name.length / 3));
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) > fewest) continue;
    const edits = editsBetween(name, candidate);
    if (edits > fewest || (edits === fewest && best !== undefined)) continue;
    [best, fewest] = [candidate, edits];
  }
  return best;
}

/** ` (did you mean softsort?)` where a name is near; else nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

function written(value: unknown, depth: number, longest: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, longest));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  return typeof value === 'object' && value !== null ? writtenObject(value, depth, longest) : String(value);
}

function writtenObject(value: object, depth: number, longest: number): string {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Error') return String(value);
  if (Array.isArray(value)) return depth === 0 ? '[...]' : `[${entries(value, depth, longest)}]`;
  if (ArrayBuffer.isView(value) && 'length' in value) {
    return `${kind} [${entries(value as unknown as ArrayLike<unknown>, depth, longest)}]`;
  }
  const name = (Object.getPrototypeOf(value) as Partial<object> | null)?.constructor?.name ?? 'Object';
  if (kind !== 'Object') return `a ${kind}`;
  return `${name === 'Object' ? '' : `${name} `}${depth === 0 ? '{...}' : `{${properties(value, depth, longest)}}`}`;
}

function entries(values: ArrayLike<unknown>, depth: number, longest: number): string {
  let text = '';
  for (let i = 0; i < values.length && text.length <= longest; i++) {
    text += `${i === 0 ? '' : ','}${written(values[i], depth - 1, longest)}`;
  }
  return text;
}

function properties(value: object, depth: number, longest: number): string {
  let text = '';
  for (const key of Object.keys(value)) {
    if (text.length > longest) break;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${
      written((value as Record<string, unknown>)[key], depth - 1, longest)
    }`;
  }
  return text;
}

/** The least number of letters to add, drop, change or swap with the next, each at most once. */
function editsBetween(a: string, b: string): number {
  let [twoUp, up] = [new Array<number>(), Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const edits = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = up[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? twoUp[j - 2] + 1 : Infinity;
      edits.push(Math.min(changed, swapped, up[j] + 1, edits[j - 1] + 1));
    }
    [twoUp, up] = [up, edits];
  }
  return up[b.length];
}

/** What `act` gives, or nothing where it throws: to look at values of anybody's making. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
