/** Whether a cell of which a solution has this share is on its path. */
export const isOn = (share: number): boolean => share > 0.5;

/** Whether the cells of a map that are on the path join its first cell to its last, over 8 neighbours. */
export function isPath(path: ArrayLike<number>, start: number, rows: number, columns: number): boolean {
  const last = rows * columns - 1;
  if (!isOn(path[start])) return false;
  const seen = new Uint8Array(last + 1);
  const open = [0];
  seen[0] = 1;
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    if (v === last) return true;
    const [row, column] = [Math.floor(v / columns), v % columns];
    for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++) {
      for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, columns - 1); c++) {
        const u = r * columns + c;
        if (seen[u] || !isOn(path[start + u])) continue;
        seen[u] = 1;
        open.push(u);
      }
    }
  }
  return false;
}
