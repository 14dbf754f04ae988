import { textOf } from '../../core/messages.js';

/** One line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** One line to standard error: what is not a result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** What JSON lacks, as plugins may have it where text belongs, is written as text. */
export function printJson(value: unknown): void {
  print(
    JSON.stringify(
      value,
      (_key, part: unknown) => (['bigint', 'symbol', 'function'].includes(typeof part) ? textOf(part) : part),
      2,
    ),
  );
}

/**
 * Left-aligned columns, two spaces apart, as lines. Cells that are no text, as plugins may have it where text belongs,
 * are described.
 */
export function columns(rows: readonly (readonly unknown[])[]): string[] {
  const texts = rows.map((cells) => cells.map(cellText));
  const widths = texts[0]?.map((_, j) => texts.reduce((widest, cells) => Math.max(widest, cells[j].length), 0)) ?? [];
  return texts.map((cells) => cells.map((cell, j) => cell.padEnd(widths[j])).join('  ').trimEnd());
}

export function cellText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : textOf(value);
}

/** What to type for a command of this program: with `npx` where npm has started it, beside which a shell may not find it. */
export function ownCommand(words: readonly string[]): string {
  return shellText([...(process.env['npm_command'] === undefined ? [] : ['npx']), 'newton-losses', ...words]);
}

/** Words as one types them in a shell: those that it would take apart are quoted. */
export function shellText(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:@=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(
    ' ',
  );
}
