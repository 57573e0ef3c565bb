import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareStrings } from '../kind/compare-strings.ts';
import { bytesPrefix, textPrefix, textPrefixRange } from './text-prefix.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 9 }),
  fc.string({ unit: fc.constantFrom('\0', 'a', 'b', 'é', '語', '\uffff', '😀'), maxLength: 8 }),
);

test('the prefix of a text is that of its bytes', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(textPrefix(value)).toBe(bytesPrefix(Buffer.from(value)));
    }),
    { numRuns: 2000 },
  );
});

test('prefixes never order two texts the wrong way round', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [low, high] = compareStrings(a, b) <= 0 ? [a, b] : [b, a];
      expect(textPrefix(low)).toBeLessThanOrEqual(textPrefix(high));
    }),
    { numRuns: 2000 },
  );
});

test('a text that begins with another lies in its range', () => {
  fc.assert(
    fc.property(text, text, (start, rest) => {
      const [low, high] = textPrefixRange(start);
      expect(textPrefix(start + rest)).toBeGreaterThanOrEqual(low);
      expect(textPrefix(start + rest)).toBeLessThanOrEqual(high);
    }),
    { numRuns: 2000 },
  );
});

test('the range of a start leaves out texts that begin otherwise, as far as six bytes tell', () => {
  const [low, high] = textPrefixRange('AC');
  for (const outside of ['A', 'AB', 'ABzzzz', 'AD', 'a'])
    expect(textPrefix(outside) < low || textPrefix(outside) > high).toBe(true);
});
