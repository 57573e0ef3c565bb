import fc from 'fast-check';
import { expect, test } from 'vitest';
import { murmur3, murmur3Int64, murmur3String } from './murmur3.ts';

const encoder = new TextEncoder();

/** Published answers of MurmurHash3_x86_32 (SMHasher, Wikipedia, and the collection by Ian Boyd on Stack Overflow). */
const known: readonly [text: string, seed: number, hash: number][] = [
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['\0\0\0\0', 0, 0x2362f9de],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['aa', 0x9747b28c, 0x5d211726],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['ab', 0x9747b28c, 0x74875592],
  ['abc', 0x9747b28c, 0xc84a62dd],
  ['abcd', 0x9747b28c, 0xf0478627],
  ['abc', 0, 0xb3dd93fa],
  ['test', 0, 0xba6bd213],
  ['test', 0x9747b28c, 0x704b81dc],
  ['hello', 0, 0x248bfa47],
  ['hello, world', 0, 0x149bbb7f],
  ['Hello, world!', 0, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['ππππππππ', 0x9747b28c, 0xd58063c1],
  ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
];

test.each(known)(
  'the published answer for %j with seed %i is found from the string and from its bytes',
  (value, seed, hash) => {
    const bytes = encoder.encode(value);
    expect(murmur3String(value, seed)).toBe(hash);
    expect(murmur3(bytes, 0, bytes.length, seed)).toBe(hash);
  },
);

test('bytes hash alike wherever they lie, in shared memory too', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(64));
  shared.set(encoder.encode('hello, world'), 7);
  expect(murmur3(shared, 7, 19, 0)).toBe(0x149bbb7f);
});

/** ASCII to begin with, so that other characters turn up at every place; on both sides of where encoding whole begins. */
const text = fc
  .tuple(fc.string({ unit: 'binary-ascii', maxLength: 70 }), fc.string({ unit: 'binary', maxLength: 8 }), fc.string())
  .map((parts) => parts.join(''));

test('a string hashes as its UTF-8, whatever its characters and length', () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 0xffffffff }), (value, seed) => {
      const bytes = encoder.encode(value);
      expect(murmur3String(value, seed)).toBe(murmur3(bytes, 0, bytes.length, seed));
    }),
    { numRuns: 1000 },
  );
});

test('a string too long for the scratch memory hashes as its UTF-8', () => {
  const long = 'é'.repeat(5000);
  const bytes = encoder.encode(long);
  expect(murmur3String(long, 3)).toBe(murmur3(bytes, 0, bytes.length, 3));
});

test('an int64 hashes as its eight little-endian bytes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(), (value, seed) => {
      const bytes = new Uint8Array(8);
      const view = new DataView(bytes.buffer);
      view.setBigInt64(0, value, true);
      const hash = murmur3Int64(view.getInt32(0, true), view.getInt32(4, true), seed);
      expect(hash).toBe(murmur3(bytes, 0, 8, seed));
    }),
  );
});

test('chained hashes keep the borders between values', () => {
  const chain = (...texts: readonly string[]): number => texts.reduce((seed, value) => murmur3String(value, seed), 0);
  expect(chain('ab', 'c')).not.toBe(chain('a', 'bc'));
  expect(chain('', 'a')).not.toBe(chain('a', ''));
});
