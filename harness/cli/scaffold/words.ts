/** What a new plugin is written in. */
export type Language = 'js' | 'ts';

/** A type annotation where the language has them. */
export function annotation(language: Language): (type: string) => string {
  return (type) => (language === 'ts' ? `: ${type}` : '');
}

/** The name in words. */
export function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
