import { numberOf, type Operator, type Query } from './query.js';
import type { Value, Values } from './values.js';

type Test<T> = (subject: T) => boolean;

/** Whether values are what a query asks for; `columnOf` says which of them a name stands for. */
export function matcher(query: Query, columnOf: (name: string) => string): Test<Values> {
  if ('not' in query) return not(matcher(query.not, columnOf));
  if ('all' in query) {
    const parts = query.all.map((part) => matcher(part, columnOf));
    return (values) => parts.every((matches) => matches(values));
  }
  if ('any' in query) {
    const parts = query.any.map((part) => matcher(part, columnOf));
    return (values) => parts.some((matches) => matches(values));
  }
  const column = columnOf(query.name);
  const matches = comparison(query.operator, query.value);
  return (values) => matches(values[column]);
}

/** A value that is not there is no text, and neither smaller nor larger than a number. */
function comparison(operator: Operator, text: string): Test<Value | undefined> {
  const number = numberOf(text);
  const sized = (holds: Test<number>): Test<Value | undefined> => (value) => typeof value === 'number' && holds(value);
  const equal: Test<Value | undefined> = (value) => value === number || (value !== undefined && String(value) === text);
  const pattern = operator === '~' ? new RegExp(text) : /$/;
  const tests: Record<Operator, Test<Value | undefined>> = {
    '=': equal,
    '!=': not(equal),
    '<': sized((value) => value < number),
    '<=': sized((value) => value <= number),
    '>': sized((value) => value > number),
    '>=': sized((value) => value >= number),
    '~': (value) => value !== undefined && pattern.test(String(value)),
  };
  return tests[operator];
}

function not<T>(test: Test<T>): Test<T> {
  return (subject) => !test(subject);
}
