/** HTML text that is safe as it stands; every other value is escaped when `html` puts it into a page. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = string | number | Markup | readonly Content[];

/** Tagged template: html`<td>${value}</td>` with every value escaped unless it is Markup; arrays are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + render(values[i - 1]) + string));
}

function render(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Data as JSON for a script element: no text in it ends the element, or a line of a script. */
export function inlineJson(data: unknown): Markup {
  const text = JSON.stringify(data);
  return new Markup(
    text.replace(/[<\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
