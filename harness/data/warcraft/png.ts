import { deflateSync } from 'node:zlib';

/**
 * A PNG file of height x width RGB bytes, row-major (Portable Network Graphics, W3C: colour type 2, filter 1 on every
 * row).
 */
export function encodePng(rgb: Uint8Array, width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filtered(rgb, 3 * width), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

/** Rows of differences from the pixel to the left, each after the number of that filter. */
function filtered(rgb: Uint8Array, stride: number): Buffer {
  const out = Buffer.alloc(rgb.length + rgb.length / stride);
  for (let start = 0, to = 0; start < rgb.length; start += stride) {
    out[to++] = 1;
    for (let i = 0; i < stride; i++) out[to++] = rgb[start + i] - (i < 3 ? 0 : rgb[start + i - 3]);
  }
  return out;
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(content.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Cyclic redundancy check of the PNG specification: polynomial edb88320, bits reversed. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
