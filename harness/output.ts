/** One line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** One line to standard error: what is not a result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Left-aligned columns, two spaces apart, as lines. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, j) => Math.max(...rows.map((cells) => cells[j]!.length))) ?? [];
  return rows.map((cells) => cells.map((cell, j) => cell.padEnd(widths[j]!)).join('  ').trimEnd());
}

/** Words as one types them in a shell: those that it would take apart are quoted. */
export function shellText(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:@=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
}
