import { crc32 as native } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

describe('crc32', () => {
  test('gives the published values', () => {
    const of = (text: string): number => crc32(new TextEncoder().encode(text));
    expect(of('')).toBe(0);
    expect(of('a')).toBe(0xe8b7be43);
    expect(of('123456789')).toBe(0xcbf43926);
    expect(of('The quick brown fox jumps over the lazy dog')).toBe(0x414fa339);
    expect(crc32(new Uint8Array(32))).toBe(0x190a55ad);
    expect(crc32(new Uint8Array(32).fill(0xff))).toBe(0xff6cab0b);
  });

  test('is that of zlib, of any part of any bytes, in one go or two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), fc.nat(100), (bytes, a, b) => {
        const [start, middle] = [Math.min(a, bytes.length), Math.min(a + b, bytes.length)];
        expect(crc32(bytes, start)).toBe(native(bytes.subarray(start)));
        expect(crc32(bytes, middle, bytes.length, crc32(bytes, start, middle))).toBe(native(bytes.subarray(start)));
      }),
    );
  });
});
