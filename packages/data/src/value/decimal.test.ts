import { inspect } from 'node:util';
import { WeftError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal, DECIMAL_SCALE_MAX, DECIMAL_TEXT_MAX, type DecimalInput } from './decimal.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 12 }))
  .map(([unscaled, scale]) => new Decimal(unscaled, scale));

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (WeftError.is(error)) return error.code;
    throw error;
  }
  return undefined;
}

test.each<[DecimalInput, bigint, number]>([
  ['12.50', 1250n, 2],
  ['-0.05', -5n, 2],
  ['+7', 7n, 0],
  ['007.0', 70n, 1],
  ['1e3', 1000n, 0],
  ['1.5E-3', 15n, 4],
  ['-12.34e1', -1234n, 1],
  [0.1, 1n, 1],
  [-0, 0n, 0],
  [1e21, 10n ** 21n, 0],
  [1.5e-7, 15n, 8],
  [123n, 123n, 0],
  [new Decimal(5n, 3), 5n, 3],
])('%s is the unscaled value %s with scale %i', (input, unscaled, scale) => {
  const value = Decimal.from(input);
  expect([value.unscaled, value.scale]).toEqual([unscaled, scale]);
});

test.each([
  '',
  '.',
  '.5',
  '5.',
  '1,5',
  ' 1',
  '1 ',
  '0x10',
  'NaN',
  'Infinity',
  '--1',
  '1e',
  '1e99999',
  '१',
  Number.NaN,
  Infinity,
])('%j is not a decimal number', (input) => {
  expect(codeOf(() => Decimal.from(input))).toBe('VALUE_INVALID');
});

test.each([null, undefined, true, {}, [], Symbol('x')])('a value of another type is refused by its type', (input) => {
  expect(() => Decimal.from(input as never)).toThrow(
    /^Decimal: expected a decimal number .*, got (null|a value of type \w+)\.$/,
  );
});

test('no message repeats the text that it refuses', () => {
  expect(() => Decimal.from('secret')).toThrow(/^(?!.*secret)/s);
});

test('text and scale have bounds', () => {
  expect(codeOf(() => Decimal.from('1'.repeat(DECIMAL_TEXT_MAX + 1)))).toBe('VALUE_OUT_OF_RANGE');
  expect(codeOf(() => Decimal.from('1e9999'))).toBe('VALUE_OUT_OF_RANGE');
  expect(codeOf(() => Decimal.from('1e-9999'))).toBe('VALUE_OUT_OF_RANGE');
  expect(codeOf(() => Decimal.from(1).rescale(DECIMAL_SCALE_MAX + 1))).toBe('VALUE_OUT_OF_RANGE');
  expect(codeOf(() => Decimal.from(1).rescale(-1))).toBe('VALUE_OUT_OF_RANGE');
  expect(codeOf(() => Decimal.from(1).rescale(0.5))).toBe('VALUE_OUT_OF_RANGE');
  const small = Decimal.from('1e-300');
  expect(codeOf(() => small.mul(small))).toBe('VALUE_OUT_OF_RANGE');
});

test('every finite number has a decimal that reads back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Decimal.from(value).toNumber()).toBe(value + 0);
    }),
    { numRuns: 2000 },
  );
});

test('the number of a decimal is the one JavaScript reads from its text', () => {
  fc.assert(
    fc.property(decimal, (value) => {
      expect(value.toNumber()).toBe(Number(value.toString()) + 0);
    }),
    { numRuns: 2000 },
  );
});

test('text keeps the scale and reads back as it was', () => {
  expect(new Decimal(-5n, 3).toString()).toBe('-0.005');
  expect(new Decimal(0n, 2).toString()).toBe('0.00');
  fc.assert(
    fc.property(decimal, (value) => {
      const back = Decimal.from(value.toString());
      expect([back.unscaled, back.scale]).toEqual([value.unscaled, value.scale]);
    }),
  );
});

test('sum, difference and product are exact', () => {
  expect(Decimal.from('0.1').add(Decimal.from('0.20')).toString()).toBe('0.30');
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      // One common scale turns decimals into integers.
      const big = (value: Decimal): bigint => value.rescale(24).unscaled;
      expect(big(a.add(b))).toBe(big(a) + big(b));
      expect(big(a.sub(b))).toBe(big(a) - big(b));
      expect(big(a.mul(b)) * 10n ** 24n).toBe(big(a) * big(b));
      expect(big(a.negate())).toBe(-big(a));
    }),
  );
});

test('order is that of the numbers, and scales do not count', () => {
  expect(Decimal.from('1.50').equals(Decimal.from('1.5'))).toBe(true);
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const difference = a.rescale(12).unscaled - b.rescale(12).unscaled;
      expect(a.compare(b)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      expect(a.equals(b)).toBe(difference === 0n);
      expect(a.compare(a.rescale(a.scale + 3))).toBe(0);
    }),
  );
});

test('rescale refuses to lose digits and drops zeros', () => {
  expect(Decimal.from('1.500').rescale(1).toString()).toBe('1.5');
  expect(Decimal.from('1.5', 3).toString()).toBe('1.500');
  expect(codeOf(() => Decimal.from('1.55').rescale(1))).toBe('VALUE_OUT_OF_RANGE');
  expect(codeOf(() => Decimal.from('1.55', 1))).toBe('VALUE_OUT_OF_RANGE');
});

test.each([
  ['1.25', 1, '1.3'],
  ['-1.25', 1, '-1.3'],
  ['1.24', 1, '1.2'],
  ['-0.5', 0, '-1'],
  ['0.49', 0, '0'],
  ['7', 2, '7.00'],
])('%s rounds at scale %i to %s', (input, scale, expected) => {
  expect(Decimal.from(input).round(scale).toString()).toBe(expected);
});

test('json carries the text, and Node shows the number', () => {
  expect(JSON.stringify({ price: Decimal.from('1.50') })).toBe('{"price":"1.50"}');
  expect(inspect(Decimal.from('-1.50'))).toBe('Decimal(-1.50)');
});

test('operators of plain JavaScript compare and subtract numbers, not texts', () => {
  const [nine, ten] = [Decimal.from(9), Decimal.from(10)] as unknown as [number, number];
  expect(nine < ten).toBe(true);
  expect(ten - nine).toBe(1);
  expect(`${nine}`).toBe('9');
});
