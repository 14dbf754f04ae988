import { LossError } from '../../core/errors.js';

/** A piece of a query. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'sign' | 'end';
  /** Of what was in quotes, without them. */
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

const TOKEN = /(?<sign>[()]|!=|<=|>=|[=<>~])|(?<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<word>[^\s()"'=!<>~]+)/sy;
const SPACE = /\s*/y;

/** Takes a query to pieces, an end after the last. PARAMS, with the place, where there is none. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  for (let at = afterSpace(query, 0); at < query.length; at = afterSpace(query, TOKEN.lastIndex)) {
    TOKEN.lastIndex = at;
    const { sign, quoted, word } = TOKEN.exec(query)?.groups ?? {};
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: unquoted(quoted), at });
    else throw queryFault(query, at, /["']/.test(query[at]) ? `another ${query[at]} after it` : '!=');
  }
  return [...tokens, { kind: 'end', text: '', at: query.length }];
}

/** PARAMS: what was expected at a place of a query, and what there is. */
export function queryFault(query: string, at: number, expected: string): LossError {
  const got = at < query.length ? JSON.stringify(shortened(query.slice(at))) : 'the end';
  const where = `character ${at + 1} of ${JSON.stringify(shortened(query))}`;
  return new LossError('PARAMS', `the query cannot be read at ${where}: expected ${expected}, got ${got}`);
}

function afterSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
