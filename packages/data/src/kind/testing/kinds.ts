import fc from 'fast-check';
import type { Kind, ScalarKind } from '../../type/schema.ts';
import { Decimal } from '../../value/decimal.ts';
import { DAYS_MAX, DAYS_MIN } from '../civil.ts';
import { dateOfDays } from '../date.ts';
import { localOfMicros } from '../local-timestamp.ts';
import { MICROS_MAX, MICROS_MIN, MILLIS_MAX, MILLIS_MIN } from '../timestamp.ts';

/** For property tests: kinds, and values in the form that checks return. */

/** One of each scalar kind. */
export const scalarKinds: readonly ScalarKind[] = [
  { name: 'bool' },
  { name: 'int16' },
  { name: 'int32' },
  { name: 'int64' },
  { name: 'float32' },
  { name: 'float64' },
  { name: 'decimal', precision: 18, scale: 4 },
  { name: 'decimal', precision: 3, scale: 0 },
  { name: 'date' },
  { name: 'timestamp', as: 'date' },
  { name: 'timestamp', as: 'micros' },
  { name: 'localTimestamp' },
  { name: 'string' },
  // In an order that is not the alphabet's.
  { name: 'enum', members: ['new', 'filled', 'cancelled', 'é'] },
  { name: 'bytes' },
  { name: 'uuid' },
];

export const arrayKinds: readonly Kind[] = scalarKinds.map((element) => ({ name: 'array', element }));

/** Checked values of a kind, extremes included. */
export function valuesOf(kind: Kind): fc.Arbitrary<unknown> {
  switch (kind.name) {
    case 'bool':
      return fc.boolean();
    case 'int16':
      return fc.integer({ min: -0x8000, max: 0x7fff });
    case 'int32':
      return fc.integer();
    case 'int64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'float32':
      return fc.float({ noNaN: true, noDefaultInfinity: true }).map(positiveZero);
    case 'float64':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map(positiveZero);
    case 'decimal':
      return decimals(kind.precision, kind.scale);
    case 'date':
      return fc.integer({ min: DAYS_MIN, max: DAYS_MAX }).map(dateOfDays);
    case 'timestamp':
      return kind.as === 'date' ? instants() : fc.bigInt({ min: MICROS_MIN, max: MICROS_MAX });
    case 'localTimestamp':
      return fc.bigInt({ min: MICROS_MIN, max: MICROS_MAX }).map(localOfMicros);
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 24 });
    case 'enum':
      return fc.constantFrom(...kind.members);
    case 'bytes':
      return fc.uint8Array({ maxLength: 100 });
    case 'uuid':
      return fc.uuid();
    case 'json':
      return fc.jsonValue({ maxDepth: 3 });
    case 'array':
      return fc.array(valuesOf(kind.element), { maxLength: 6 });
  }
}

function positiveZero(value: number): number {
  return value + 0;
}

function decimals(precision: number, scale: number): fc.Arbitrary<Decimal> {
  const max = 10n ** BigInt(precision) - 1n;
  return fc.bigInt({ min: -max, max }).map((unscaled) => new Decimal(unscaled, scale));
}

function instants(): fc.Arbitrary<Date> {
  return fc.integer({ min: MILLIS_MIN, max: MILLIS_MAX }).map((millis) => new Date(millis));
}
