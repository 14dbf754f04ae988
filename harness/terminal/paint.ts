import { styleText } from 'node:util';

/** Text in a colour where `stream` is a terminal that has some, and neither NO_COLOR nor TERM=dumb is set. */
export function painted(
  colour: 'bold' | 'red' | 'yellow',
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return hasColours(stream) ? styleText(colour, text, { validateStream: false }) : text;
}

function hasColours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && stream.hasColors() && !process.env['NO_COLOR'];
}
