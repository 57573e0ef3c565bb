/** Test help: a type with a column of every kind, rows of it, and a temporary folder. */
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decimal, defineType, t, type InferInsert } from '../index.ts';

export const Sample = defineType(
  'Sample',
  {
    id: t.int32(),
    bool: t.bool().optional(),
    int16: t.int16().optional(),
    int64: t.int64().optional(),
    float32: t.float32().optional(),
    float64: t.float64().optional(),
    decimal: t.decimal(18, 4).optional(),
    date: t.date().optional(),
    instant: t.timestamp().optional(),
    micros: t.timestamp({ as: 'micros' }).optional(),
    local: t.localTimestamp().optional(),
    text: t.string().optional(),
    must: t.string(),
    side: t.enum(['buy', 'sell', 'a,b']).optional(),
    bytes: t.bytes().optional(),
    uuid: t.uuid().optional(),
    json: t.json<unknown>().optional(),
    tags: t.array(t.string()).optional(),
    prices: t.array(t.decimal(9, 2)).optional(),
  },
  { key: 'id' },
);

export type SampleRow = InferInsert<typeof Sample>;

const some = <V>(arbitrary: fc.Arbitrary<V>): fc.Arbitrary<V | undefined> => fc.option(arbitrary, { nil: undefined });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => value.isWellFormed()),
  fc.constantFrom('', 'a,b', '"', '""', 'x\ny', 'x\r\ny', '\r', ' ', 'NULL', '\uFEFF', '0', "'"),
);
const decimal = (max: bigint, scale: number): fc.Arbitrary<Decimal> =>
  fc.bigInt({ min: -max, max }).map((unscaled) => new Decimal(unscaled, scale));
const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
const plain = (value: number): boolean => !Object.is(value, -0);

/** Rows with values of every kind, the awkward ones among them. */
export const sampleRow: fc.Arbitrary<SampleRow> = fc.record({
  id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  bool: some(fc.boolean()),
  int16: some(fc.integer({ min: -32_768, max: 32_767 })),
  int64: some(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  float32: some(fc.float({ noNaN: true, noDefaultInfinity: true }).filter(plain)),
  float64: some(fc.double({ noNaN: true, noDefaultInfinity: true }).filter(plain)),
  decimal: some(decimal(10n ** 18n - 1n, 4)),
  date: some(fc.integer({ min: -719_162, max: 2_932_896 }).map((days) => isoDay(days))),
  instant: some(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }).map((millis) => new Date(millis))),
  micros: some(micros),
  local: some(micros.map((value) => isoLocal(value))),
  text: some(text),
  must: text,
  side: some(fc.constantFrom('buy' as const, 'sell' as const, 'a,b' as const)),
  bytes: some(fc.uint8Array({ maxLength: 9 })),
  uuid: some(fc.uuid()),
  // A json null that may be absent is absent to JSON lines.
  json: some(fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null && !hasNegativeZero(value))),
  tags: some(fc.array(text, { maxLength: 3 })),
  prices: some(fc.array(decimal(10n ** 9n - 1n, 2), { maxLength: 3 })),
}) as fc.Arbitrary<SampleRow>;

/** Rows with different keys. */
export const sampleRows = fc.uniqueArray(sampleRow, { selector: ({ id }) => id, maxLength: 40 });

function hasNegativeZero(value: unknown): boolean {
  if (Object.is(value, -0)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNegativeZero);
}

function isoDay(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function isoLocal(value: bigint): string {
  const within = ((value % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const start = new Date(Number((value - within) / 1000n)).toISOString().slice(0, 19);
  const fraction = String(within).padStart(6, '0').replace(/0+$/, '');
  return fraction === '' ? start : `${start}.${fraction}`;
}

/** A folder of its own, and how to remove it. */
export function temporaryFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'weft-files-'));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
