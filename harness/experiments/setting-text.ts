/** What a text on the command line stands for: JSON, or else itself. */
export function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The text that `parsedValue` takes for a value. */
export function valueText(value: unknown): string {
  return typeof value === 'string' && parsedValue(value) === value ? value : JSON.stringify(value);
}
