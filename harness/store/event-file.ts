import type { Moment } from './moments.js';
import { bytes, double, float, integer, message } from './protobuf.js';
import { settingsSummary } from './settings-summary.js';
import type { Values } from './values.js';

/**
 * A TensorBoard event file: records of TFRecord, each an Event of tensorflow/core/util/event.proto,
 *
 *     Event   { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5 }
 *     Summary { repeated Value value = 1 }     Value { string tag = 1; float simple_value = 2 }
 *
 * the version, the settings, and the scalars, which are in float32.
 */
export function eventFile(moments: readonly Moment[], settings: Values): Buffer {
  const began = moments[0]?.at ?? 0;
  const version = message(double(1, began), bytes(3, 'brain.Event:2'));
  const first = message(double(1, began), bytes(5, bytes(1, settingsSummary(settings, began))));
  const events = moments.map(({ step, at, scalars }) => {
    const values = scalars.map(([tag, value]) => bytes(1, message(bytes(1, tag), float(2, value))));
    return message(double(1, at), integer(2, step), bytes(5, message(...values)));
  });
  return Buffer.concat([version, first, ...events].map(recordOf));
}

/** length (uint64) | its CRC | data | its CRC, little-endian. */
function recordOf(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, maskedCrc(length), data, maskedCrc(data)]);
}

/** CRC-32C, turned by 15 bits and shifted, so that CRCs of what holds CRCs stay good. */
function maskedCrc(data: Uint8Array): Buffer {
  const crc = crc32c(data);
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return masked;
}

/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  return crc;
});

/** CRC-32C (RFC 3720, appendix B.4). */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
