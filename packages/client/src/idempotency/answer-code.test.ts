import fc from 'fast-check';
import { Decimal } from '@weft/data';
import { expect, test } from 'vitest';
import { decodeAnswer, encodeAnswer } from './answer-code.ts';

test('plain data comes back as it was, with every kind of value', () => {
  const value = fc.anything({
    withBigInt: true,
    withDate: true,
    withNullPrototype: false,
    withTypedArray: false,
    key: fc.oneof(fc.string(), fc.constant('$weft'), fc.constant('__proto__')),
  });
  fc.assert(
    fc.property(value, (answer) => {
      expect(decodeAnswer(encodeAnswer(answer))).toStrictEqual(answer);
    }),
  );
});

test('decimals, bytes and absent columns come back as they were', () => {
  const row = { price: new Decimal(-1250n, 2), raw: Uint8Array.of(1, 255), note: undefined, odd: [-0, Number.NaN] };
  expect(decodeAnswer(encodeAnswer(row))).toStrictEqual(row);
  expect(Object.hasOwn(decodeAnswer(encodeAnswer(row)) as object, 'note')).toBe(true);
});

test('what is no plain data is refused', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const answer of [new Map(), () => 1, Symbol('s'), circle, { a: [new (class Mine {})()] }])
    expect(() => encodeAnswer(answer)).toThrow('must be plain data');
});
