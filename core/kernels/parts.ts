/**
 * Visits rows of m entries, `length` in all, by so much as a kernel takes, `most` entries: `count` entries from `from`
 * on, whole rows, or where m > most a part of one; from entry j of a row on, `width` entries of it.
 */
export function forEachPart(
  length: number,
  m: number,
  most: number,
  visit: (from: number, count: number, j: number, width: number) => void,
): void {
  const rows = Math.max(1, Math.floor(most / m));
  for (let j = 0; j < m; j += most) {
    const width = Math.min(most, m - j);
    for (let from = j; from < length; from += rows * m) visit(from, Math.min(rows * width, length - from), j, width);
  }
}
