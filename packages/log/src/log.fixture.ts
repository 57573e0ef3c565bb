/** Test help: a type with a column of every kind, rows of it, and a log whose clock a test moves. */
import { Decimal, defineType, rowCodeOf, t, type AnyType, type RowValues } from '@weft/data';
import fc from 'fast-check';
import { PartitionLog, type PartitionLogOptions } from './partition-log.ts';
import { readRecord } from './record/read-record.ts';
import type { LogRecord } from './record/record.ts';
import { TypeNumbers } from './record/type-numbers.ts';

export const Everything = defineType(
  'Everything',
  {
    id: t.string(),
    account: t.string(),
    flag: t.bool().optional(),
    small: t.int16().optional(),
    n: t.int32().optional(),
    big: t.int64().optional(),
    single: t.float32().optional(),
    double: t.float64().optional(),
    price: t.decimal(18, 4).optional(),
    day: t.date().optional(),
    at: t.timestamp().optional(),
    micros: t.timestamp({ as: 'micros' }).optional(),
    local: t.localTimestamp().optional(),
    side: t.enum(['buy', 'sell', 'é']).optional(),
    raw: t.bytes().optional(),
    uuid: t.uuid().optional(),
    extra: t.json().optional(),
    list: t.array(t.string()).optional(),
    version: t.version(),
  },
  { key: 'id', routing: 'account', ttl: '1h' },
);

const text = fc.string({ unit: 'grapheme', maxLength: 80 });
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const MICROS = 62_135_596_800_000_000n;

/** Values by ordinal as a table stores them. */
export const rows: fc.Arbitrary<RowValues> = fc
  .record({
    id: text,
    account: text,
    flag: optional(fc.boolean()),
    small: optional(fc.integer({ min: -32768, max: 32767 })),
    n: optional(fc.integer()),
    big: optional(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    single: optional(fc.float({ noNaN: true, noDefaultInfinity: true })),
    double: optional(fc.double({ noNaN: true, noDefaultInfinity: true })),
    price: optional(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }).map((units) => new Decimal(units, 4))),
    day: optional(
      fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10)),
    ),
    at: optional(fc.date({ min: new Date(-6e13), max: new Date(2.5e14), noInvalidDate: true })),
    micros: optional(fc.bigInt({ min: -MICROS, max: MICROS })),
    local: optional(
      fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString().slice(0, -1)),
    ),
    side: optional(fc.constantFrom('buy', 'sell', 'é')),
    raw: optional(fc.uint8Array({ maxLength: 40 })),
    uuid: optional(fc.uuid()),
    extra: optional(fc.jsonValue()),
    list: optional(fc.array(text, { maxLength: 4 })),
  })
  .map((row) => {
    const values: RowValues = [];
    rowCodeOf(Everything.schema).stage(row, values);
    const ordinalOf = (role: string): number => Everything.schema.columns.findIndex((column) => column.role === role);
    values[ordinalOf('version')] = 3;
    values[ordinalOf('expiry')] = new Date(5000);
    return values;
  });

export interface TestLog {
  readonly log: PartitionLog;
  readonly clock: { ms: number };
  /** All committed records from a position on, read with types that the records themselves declare. */
  read(position?: number): LogRecord[];
}

export function testLog(options: Partial<PartitionLogOptions> = {}): TestLog {
  const clock = { ms: 1_700_000_000_000 };
  const log = new PartitionLog({
    partition: 0,
    clock: { monotonicMs: () => clock.ms, wallMs: () => clock.ms },
    isOn: true,
    ...options,
  });
  return { log, clock, read: (position = 0) => readAll(log, position) };
}

function readAll(log: PartitionLog, position: number): LogRecord[] {
  const types = position === 0 ? new TypeNumbers() : log.types;
  const reader = log.ring.reader(position)!;
  const records: LogRecord[] = [];
  for (;;) {
    const place = reader.next(log.commits.committed);
    if (place === undefined) return records;
    const record = readRecord(place.bytes, place.start, place.end, types);
    if (record.kind === 'declaration' && position === 0) types.adopt(record.declaration);
    records.push(record);
  }
}

/** Declares a type and says that a row of it came. */
export function insertRow(log: PartitionLog, type: AnyType, values: RowValues, slot = 7): number {
  log.declare(type.schema);
  const lsn = log.nextLsn();
  log.inserted(type.schema, lsn, slot, values);
  return lsn;
}
