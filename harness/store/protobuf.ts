/*
 * Messages of Protocol Buffers: fields one after another, each its number and wire type as one varint, then its value.
 * https://protobuf.dev/programming-guides/encoding
 */

/** Nothing for 0, which is what is read where there is nothing. */
export function integer(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.concat([varint(8 * field), varint(value)]);
}

/** Also where it is false: of a choice, which is told by what there is. */
export function boolean(field: number, value: boolean): Buffer {
  return Buffer.concat([varint(8 * field), varint(Number(value))]);
}

export function double(field: number, value: number): Buffer {
  const content = Buffer.alloc(8);
  content.writeDoubleLE(value);
  return Buffer.concat([varint(8 * field + 1), content]);
}

/** Text, or a message in a message. */
export function bytes(field: number, content: Buffer | string): Buffer {
  const data = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([varint(8 * field + 2), varint(data.length), data]);
}

export function float(field: number, value: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([varint(8 * field + 5), content]);
}

/** Seven bits a byte, the lowest first, the eighth set where more follow; of an integer below 2^53. */
function varint(value: number): Buffer {
  const digits: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) digits.push((value % 128) + 128);
  return Buffer.from([...digits, value]);
}

export function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}
