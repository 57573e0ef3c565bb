import { utf8Length, writeUtf8 } from '@weft/base';

/** Bytes of a text that its prefix holds: as many as a double holds exactly. */
const PREFIX_BYTES = 6;

const scratch = new Uint8Array(4 * PREFIX_BYTES);

/** The first six UTF-8 bytes as a big-endian number, short text padded with zeros: orders text by code point as far as it goes. */
export function textPrefix(text: string): number {
  const length = text.length < PREFIX_BYTES ? text.length : PREFIX_BYTES;
  let prefix = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encodedPrefix(text);
    prefix = prefix * 256 + code;
  }
  for (let i = length; i < PREFIX_BYTES; i++) prefix *= 256;
  return prefix;
}

/** The same of bytes. */
export function bytesPrefix(bytes: Uint8Array): number {
  return prefixAt(bytes, 0, bytes.length);
}

/** The same of `length` bytes at `start`. */
export function prefixAt(bytes: Uint8Array, start: number, length: number): number {
  let prefix = 0;
  for (let i = 0; i < PREFIX_BYTES; i++) prefix = prefix * 256 + (i < length ? bytes[start + i]! : 0);
  return prefix;
}

function encodedPrefix(text: string): number {
  // A pair cut in half at the end is left out; the six code units before it cover six bytes, or the text ends sooner.
  let head = text.slice(0, PREFIX_BYTES + 1);
  if (!head.isWellFormed()) head = head.slice(0, -1);
  const length = utf8Length(head);
  writeUtf8(scratch, 0, head);
  return bytesPrefix(scratch.subarray(0, length));
}

/** The least and greatest prefix of the texts that begin with `start`. */
export function textPrefixRange(start: string): readonly [number, number] {
  const low = textPrefix(start);
  const free = Math.max(0, PREFIX_BYTES - utf8Length(start));
  return [low, low + 256 ** free - 1];
}
