import { nativeWrite } from './native-utf8.ts';
import { utf8Length } from './utf8.ts';

/**
 * MurmurHash3_x86_32 by Austin Appleby (public domain, SMHasher), over bytes, strings and 64-bit integers. All forms of
 * one value agree: a string hashes as its UTF-8, an integer as its eight little-endian bytes. Answers are uint32.
 *
 * Several values hash by chaining: each takes the hash of those before it as its seed,
 * `murmur3String(b, murmur3String(a, 0))`. As every hash takes in its length, ('ab', 'c') and ('a', 'bc') differ.
 *
 * It spreads well and is quick, and it is not a defence: whoever chooses the keys can choose them to collide.
 */
const C1 = 0xcc9e2d51 | 0;
const C2 = 0x1b873593;

/** Hash of the bytes from `start` to before `end`. */
export function murmur3(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const length = end - start;
  const blocksEnd = start + (length & ~3);
  let hash = seed | 0;
  for (let at = start; at < blocksEnd; at += 4) {
    hash = mixBlock(hash, bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
  }
  const rest = length & 3;
  if (rest > 0) hash ^= scramble(tailOf(bytes, blocksEnd, rest));
  return finish(hash, length);
}

/** From here encoding the whole and hashing its bytes is quicker than a loop over characters. */
const LOOP_MAX = 64;

/** Hash of the string's UTF-8. */
export function murmur3String(text: string, seed: number): number {
  const { length } = text;
  if (length > LOOP_MAX) return murmur3Encoded(text, seed);
  const blocksEnd = length & ~3;
  let hash = seed | 0;
  for (let at = 0; at < blocksEnd; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    if ((a | b | c | d) > 0x7f) return murmur3Encoded(text, seed);
    hash = mixBlock(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let at = length - 1; at >= blocksEnd; at--) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return murmur3Encoded(text, seed);
    tail = (tail << 8) | unit;
  }
  return finish(hash ^ scramble(tail), length);
}

/** Hash of the eight little-endian bytes of an int64, given as its low and high 32 bits. */
export function murmur3Int64(low: number, high: number, seed: number): number {
  return finish(mixBlock(mixBlock(seed | 0, low), high), 8);
}

/** Text up to a third of this is encoded here rather than in memory of its own. */
const scratch = new Uint8Array(4096);

function murmur3Encoded(text: string, seed: number): number {
  const target = text.length * 3 <= scratch.length ? scratch : new Uint8Array(utf8Length(text));
  return murmur3(target, 0, nativeWrite(target, 0, text), seed);
}

function tailOf(bytes: Uint8Array, at: number, rest: number): number {
  let tail = bytes[at]!;
  if (rest > 1) tail |= bytes[at + 1]! << 8;
  if (rest > 2) tail |= bytes[at + 2]! << 16;
  return tail;
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function scramble(block: number): number {
  const product = Math.imul(block, C1);
  return Math.imul((product << 15) | (product >>> 17), C2);
}

function finish(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
