import { type Head, rich, type RichCell, type Table } from './table.js';

/** What LaTeX reads otherwise, and characters that its fonts may lack. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '\u00a0': '~',
  '±': '$\\pm$',
  '−': '$-$',
  '×': '$\\times$',
  λ: '$\\lambda$',
  '–': '--',
  '’': "'",
};

/**
 * A table as a `table` environment with the label `tab:NAME`, for LaTeX with the packages booktabs and xcolor. What is
 * in bold is so here; running text is left as it is, without line breaks.
 */
export function latexTable({ caption, first, heads, rows }: Table, label: string): string {
  const columns = heads.map(({ text }) => (text ? 'l' : 'r')).join('');
  const titles = [first, ...heads.map(({ title }) => title)];
  const units = heads.map(({ unit = '' }: Head) => unit);
  const lines = [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escaped(caption)}}`,
    `  \\label{tab:${label}}`,
    `  \\begin{tabular}{l${columns}}`,
    '    \\toprule',
    row(titles.map(escaped)),
    ...(units.some((unit) => unit !== '') ? [row(['', ...units.map(small)])] : []),
    '    \\midrule',
    ...rows.map(({ head, cells }) => row([head, ...cells].map((cell) => content(rich(cell))))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ];
  return `${lines.join('\n')}\n`;
}

function row(cells: readonly string[]): string {
  return `    ${cells.join(' & ')} \\\\`;
}

function small(unit: string): string {
  return unit === '' ? '' : `{\\footnotesize ${escaped(unit)}}`;
}

function content({ text, emphasis }: RichCell): string {
  if (emphasis === undefined) return escaped(text);
  const bold = `\\textbf{${escaped(text)}}`;
  return emphasis === 'grey' ? `\\textcolor{gray}{${bold}}` : bold;
}

/** Brackets are in braces: after a line break they would be its argument. */
function escaped(text: string): string {
  return [...text].map((character) => ESCAPES[character] ?? character).join('').replaceAll(/\[[^\]]*\]/g, '{$&}');
}
