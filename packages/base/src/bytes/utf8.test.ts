import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionError } from '../assert.ts';
import { compareUtf8, equalsUtf8, readUtf8, utf8Length, writeUtf8 } from './utf8.ts';

const encoder = new TextEncoder();

/** Text that is ASCII, mixed or astral, of lengths on both sides of every threshold. */
const text = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '\u007f',
      '\u0080',
      '\u07ff',
      '\u0800',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10ffff}',
    ),
    maxLength: 12,
  }),
);

/** Also strings that are no well-formed Unicode. */
const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 90 }).map((codes) => String.fromCharCode(...codes));

function inSharedMemory(bytes: Uint8Array, offset: number): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(offset + bytes.length + 5)).fill(0xee);
  shared.set(bytes, offset);
  return shared;
}

test('what is written is UTF-8, of the length foretold, and nothing around it is touched', () => {
  fc.assert(
    fc.property(fc.oneof(text, units), fc.nat({ max: 9 }), (value, offset) => {
      const bytes = encoder.encode(value);
      const target = inSharedMemory(new Uint8Array(bytes.length), offset);
      expect(utf8Length(value)).toBe(bytes.length);
      expect(writeUtf8(target, offset, value)).toBe(bytes.length);
      expect(target).toEqual(inSharedMemory(bytes, offset));
    }),
    { numRuns: 2000 },
  );
});

test('what was written is read back from shared memory', () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 9 }), (value, offset) => {
      const bytes = encoder.encode(value);
      expect(readUtf8(inSharedMemory(bytes, offset), offset, bytes.length)).toBe(value);
    }),
    { numRuns: 2000 },
  );
});

test('every short length of ASCII is read byte by byte in order', () => {
  const source = Uint8Array.from({ length: 64 }, (_, index) => 33 + index);
  for (let length = 0; length <= 40; length++) {
    const expected = String.fromCharCode(...source.subarray(3, 3 + length));
    expect(readUtf8(source, 3, length)).toBe(expected);
  }
});

test('one byte above ASCII at any place of a short text is decoded as UTF-8', () => {
  for (let length = 2; length <= 34; length++) {
    for (let place = 0; place + 2 <= length; place++) {
      const value = `${'x'.repeat(place)}é${'y'.repeat(length - place - 2)}`;
      expect(readUtf8(encoder.encode(value), 0, length)).toBe(value);
    }
  }
});

test('stored text compares with a string as bytes do', () => {
  fc.assert(
    fc.property(text, text, fc.nat({ max: 9 }), (stored, value, offset) => {
      const bytes = encoder.encode(stored);
      const source = inSharedMemory(bytes, offset);
      const expected = Buffer.compare(bytes, encoder.encode(value));
      expect(Math.sign(compareUtf8(source, offset, bytes.length, value))).toBe(expected);
      expect(equalsUtf8(source, offset, bytes.length, value)).toBe(expected === 0);
    }),
    { numRuns: 2000 },
  );
});

test('stored text equals itself and neither its prefixes nor its extensions', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('a', 'é', '\u{1f600}'), (value, more) => {
      const bytes = encoder.encode(value);
      const longer = encoder.encode(value + more);
      expect(equalsUtf8(bytes, 0, bytes.length, value)).toBe(true);
      expect(compareUtf8(bytes, 0, bytes.length, value)).toBe(0);
      expect(equalsUtf8(bytes, 0, bytes.length, value + more)).toBe(false);
      expect(equalsUtf8(longer, 0, longer.length, value)).toBe(false);
      expect(compareUtf8(bytes, 0, bytes.length, value + more)).toBeLessThan(0);
      expect(compareUtf8(longer, 0, longer.length, value)).toBeGreaterThan(0);
    }),
  );
});

test('no stored text equals one with a lone surrogate, not even the character that is written for it', () => {
  for (const lone of ['\ud800', 'a\udc00', '\ud83dx']) {
    const stored = encoder.encode(lone);
    expect(equalsUtf8(stored, 0, stored.length, lone)).toBe(false);
    expect(equalsUtf8(stored, 0, stored.length, lone.toWellFormed())).toBe(true);
  }
});

test('a pair of surrogates comes after U+FFFF, as code points do and code units do not', () => {
  const bytes = encoder.encode('\u{1f600}');
  expect(compareUtf8(bytes, 0, bytes.length, '\uffff')).toBeGreaterThan(0);
});

test('short text is not written past the end of its target', () => {
  expect(() => writeUtf8(new Uint8Array(4), 2, 'abc')).toThrow(AssertionError);
  expect(() => writeUtf8(new Uint8Array(4), 0, 'aéé')).toThrow(AssertionError);
});
