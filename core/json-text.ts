/** JSON.parse whose SyntaxErrors say the line and the column, as later versions of Node do by themselves. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new SyntaxError(located((cause as Error).message, text), { cause });
  }
}

function located(message: string, text: string): string {
  if (message.includes(' column ')) return message;
  const before = text.slice(0, positionIn(message) ?? faultOf(text));
  const line = before.split('\n').length;
  return `${message} (line ${line} column ${before.length - before.lastIndexOf('\n')})`;
}

function positionIn(message: string): number | undefined {
  const digits = / at position (\d+)/.exec(message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Where a text stops being the beginning of JSON, by bisection: not every message says. */
function faultOf(text: string): number {
  let [sound, faulty] = [0, text.length + 1];
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >> 1;
    if (isBeginning(text.slice(0, middle))) sound = middle;
    else faulty = middle;
  }
  return sound;
}

/** Whether all that is wrong with the text is that it ends. */
function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith('Unexpected end') || positionIn(message) === text.length;
  }
}
