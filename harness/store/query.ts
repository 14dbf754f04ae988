import { attempt } from '../../core/messages.js';
import { queryFault, type Token, tokensOf } from './query-tokens.js';

const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '~'] as const;
export type Operator = (typeof OPERATORS)[number];

/** What is asked of runs. */
export type Query =
  | { readonly name: string; readonly operator: Operator; readonly value: string }
  | { readonly not: Query }
  | { readonly all: readonly Query[] }
  | { readonly any: readonly Query[] };

/** Of parentheses and `not` in each other: more would be too many calls. */
const DEEPEST = 100;

/**
 * Reads a query:
 *
 *     any = all { "or" all }      all = one { "and" one }
 *     one = "not" one | "(" any ")" | name ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" ) value
 *
 * Names and values are words, or in quotes of either kind, in which a backslash takes the next character as it is. What
 * is compared by size is a number; `~` takes a regular expression. PARAMS, with the place, for any other text.
 */
export function parseQuery(text: string): Query {
  return new Parser(text).whole();
}

class Parser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokensOf(text);
  }

  whole(): Query {
    const query = this.any();
    if (this.token.kind !== 'end') this.fail('and, or, or the end');
    return query;
  }

  private any(): Query {
    const parts = [this.all()];
    while (this.takes('or')) parts.push(this.all());
    return parts.length === 1 ? parts[0] : { any: parts };
  }

  private all(): Query {
    const parts = [this.one()];
    while (this.takes('and')) parts.push(this.one());
    return parts.length === 1 ? parts[0] : { all: parts };
  }

  private one(): Query {
    if (this.depth++ === DEEPEST) this.fail(`at most ${DEEPEST} parentheses and not in each other`);
    const query = this.takes('not') ? { not: this.one() } : this.takes('(') ? this.closed() : this.comparison();
    this.depth--;
    return query;
  }

  private closed(): Query {
    const query = this.any();
    if (!this.takes(')')) this.fail('and, or, or )');
    return query;
  }

  private comparison(): Query {
    const name = this.takesText('a name', (text, quoted) => quoted || !/^(and|or|not)$/i.test(text));
    const operator = OPERATORS.find((sign) => this.takes(sign)) ?? this.fail(`one of ${OPERATORS.join(' ')}`);
    return { name, operator, value: this.value(operator) };
  }

  private value(operator: Operator): string {
    if (operator === '~') return this.takesText('a regular expression', (text) => !!attempt(() => new RegExp(text)));
    return /[<>]/.test(operator)
      ? this.takesText('a number', (text) => !Number.isNaN(numberOf(text)))
      : this.takesText('a value', () => true);
  }

  private get token(): Token {
    return this.tokens[this.next];
  }

  /** Goes past a sign or a keyword, if it is the next. */
  private takes(expected: string): boolean {
    const { kind, text } = this.token;
    const found = kind === 'sign' ? text === expected : kind === 'word' && text.toLowerCase() === expected;
    if (found) this.next++;
    return found;
  }

  /** Goes past a word or what is in quotes. */
  private takesText(expected: string, suits: (text: string, quoted: boolean) => boolean): string {
    const { kind, text } = this.token;
    if ((kind !== 'word' && kind !== 'quoted') || !suits(text, kind === 'quoted')) this.fail(expected);
    this.next++;
    return text;
  }

  private fail(expected: string): never {
    throw queryFault(this.text, this.token.at, expected);
  }
}

/** NaN of what is none. */
export function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}
