import { readFileSync, writeFileSync } from 'node:fs';
import { AssertionError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnSchema, Kind } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { hashOfValue, partitionOf, slotOf, SLOTS } from './routing.ts';
import { scalarKinds, valuesOf } from './testing/kinds.ts';

/**
 * The vectors are kept in docs/routing.md. Here they are found a second time, by code that shares nothing with
 * routing.ts: routing bytes written out naively, and murmur3 straight from its description, in bigints.
 * `WEFT_UPDATE=1` rewrites the page, which nobody should need: stored rows depend on these numbers.
 */
const PAGE = new URL('../../../../docs/routing.md', import.meta.url);

const decimal = { name: 'decimal', precision: 18, scale: 4 } as const;
const status = { name: 'enum', members: ['new', 'filled', 'größer'] } as const;
const instant = { name: 'timestamp', as: 'date' } as const;
const micros = { name: 'timestamp', as: 'micros' } as const;

const vectors: readonly [kind: Kind, value: unknown][] = [
  [{ name: 'bool' }, false],
  [{ name: 'bool' }, true],
  [{ name: 'int16' }, 0],
  [{ name: 'int16' }, -1],
  [{ name: 'int16' }, -32768],
  [{ name: 'int32' }, 1],
  [{ name: 'int32' }, -1],
  [{ name: 'int32' }, 2147483647],
  [{ name: 'int32' }, -2147483648],
  [{ name: 'int64' }, 1n],
  [{ name: 'int64' }, -1n],
  [{ name: 'int64' }, 4294967296n],
  [{ name: 'int64' }, 9007199254740993n],
  [{ name: 'int64' }, 9223372036854775807n],
  [{ name: 'int64' }, -9223372036854775808n],
  [decimal, Decimal.from('0', 4)],
  [decimal, Decimal.from('12.5', 4)],
  [decimal, Decimal.from('-0.0001', 4)],
  [decimal, Decimal.from('99999999999999.9999', 4)],
  [{ name: 'date' }, '1970-01-01'],
  [{ name: 'date' }, '1969-12-31'],
  [{ name: 'date' }, '2024-02-29'],
  [{ name: 'date' }, '0001-01-01'],
  [{ name: 'date' }, '9999-12-31'],
  [instant, new Date('1970-01-01T00:00:00.001Z')],
  [instant, new Date('1969-12-31T23:59:59.999Z')],
  [instant, new Date('2024-02-29T12:34:56.789Z')],
  [instant, new Date('9999-12-31T23:59:59.999Z')],
  [micros, -1n],
  [micros, 1709210096789012n],
  [{ name: 'localTimestamp' }, '2024-02-29T12:34:56'],
  [{ name: 'localTimestamp' }, '2024-02-29T12:34:56.789012'],
  [{ name: 'localTimestamp' }, '0001-01-01T00:00:00'],
  [{ name: 'string' }, ''],
  [{ name: 'string' }, 'a'],
  [{ name: 'string' }, 'account-1'],
  [{ name: 'string' }, 'The quick brown fox jumps over the lazy dog'],
  [{ name: 'string' }, 'Zürich'],
  [{ name: 'string' }, '東京都'],
  [{ name: 'string' }, 'rocket \u{1f680}'],
  [status, 'new'],
  [status, 'größer'],
  [{ name: 'bytes' }, new Uint8Array(0)],
  [{ name: 'bytes' }, Uint8Array.of(0, 255, 128, 1, 2)],
  [{ name: 'uuid' }, '00000000-0000-0000-0000-000000000000'],
  [{ name: 'uuid' }, '0189f7ea-ae2c-7b5e-8f1d-1234567890ab'],
];

function column(kind: Kind): ColumnSchema {
  return { name: 'x', sqlName: 'x', ordinal: 0, role: 'data', kind, optional: false };
}

function naiveBytes(kind: Kind, value: unknown): Uint8Array {
  switch (kind.name) {
    case 'string':
    case 'enum':
      return new TextEncoder().encode(value as string);
    case 'bytes':
      return value as Uint8Array;
    case 'uuid':
      return Uint8Array.from(Buffer.from((value as string).replaceAll('-', ''), 'hex'));
    case 'float32':
    case 'float64':
      return new Uint8Array(Float64Array.of(value as number).buffer);
    case 'decimal':
      return naiveInt64((value as Decimal).unscaled);
    case 'date':
      return naiveInt64(BigInt(Date.parse(`${value as string}T00:00:00Z`) / 86_400_000));
    case 'timestamp':
      return naiveInt64(value instanceof Date ? BigInt(value.getTime()) * 1000n : (value as bigint));
    case 'localTimestamp':
      return naiveInt64(naiveLocal(value as string));
    default:
      return naiveInt64(BigInt(value as number | bigint | boolean));
  }
}

function naiveInt64(value: bigint): Uint8Array {
  const unsigned = BigInt.asUintN(64, value);
  return Uint8Array.from({ length: 8 }, (_, index) => Number((unsigned >> BigInt(8 * index)) & 255n));
}

function naiveLocal(text: string): bigint {
  const [seconds, fraction = ''] = text.split('.') as [string, string?];
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

function naiveMurmur3(bytes: Uint8Array, seed = 0): number {
  const mask = 0xffffffffn;
  const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & mask;
  const scramble = (block: bigint): bigint => (rotate((block * 0xcc9e2d51n) & mask, 15n) * 0x1b873593n) & mask;
  const little = (from: number, to: number): bigint =>
    bytes.slice(from, to).reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n);
  const whole = bytes.length - (bytes.length % 4);
  let hash = BigInt(seed);
  for (let at = 0; at < whole; at += 4)
    hash = (rotate(hash ^ scramble(little(at, at + 4)), 13n) * 5n + 0xe6546b64n) & mask;
  hash ^= scramble(little(whole, bytes.length));
  hash ^= BigInt(bytes.length);
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
  return Number(hash ^ (hash >> 16n));
}

function kindText(kind: Kind): string {
  if (kind.name === 'decimal') return `decimal(${kind.precision}, ${kind.scale})`;
  return kind.name === 'enum' ? `enum ${kind.members.join(' ')}` : kind.name;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `[${value.join(', ')}]`;
  return String(value);
}

function tableOf(): string {
  const rows = vectors.map(([kind, value]) => {
    const bytes = naiveBytes(kind, value);
    const hash = naiveMurmur3(bytes);
    const hex = bytes.length === 0 ? 'none' : `\`${Buffer.from(bytes).toString('hex')}\``;
    return `| ${kindText(kind)} | ${valueText(value)} | ${hex} | ${hash.toString(16).padStart(8, '0')} | ${hash % 4096} |`;
  });
  return ['| kind | value | routing bytes | murmur3 | slot |', '|---|---|---|---|---:|', ...rows].join('\n');
}

test('the published vectors are those of the specification', () => {
  const page = readFileSync(PAGE, 'utf8');
  const current = page.replace(/(?<=<!-- vectors -->\n)[^]*(?=<!-- end of vectors -->)/, () => `${tableOf()}\n`);
  if (process.env['WEFT_UPDATE'] === '1') writeFileSync(PAGE, current);
  else expect(page).toBe(current);
  expect(current).toContain(tableOf());
});

test.each(vectors.map(([kind, value]) => [`${kindText(kind)} ${valueText(value)}`, kind, value] as const))(
  'the slot of %s is that of its routing bytes',
  (_, kind, value) => {
    const hash = naiveMurmur3(naiveBytes(kind, value));
    expect(hashOfValue(kind, value)).toBe(hash);
    expect(slotOf(column(kind), value)).toBe(hash % SLOTS);
  },
);

test('every value of every kind hashes as its bytes say, with any seed', () => {
  for (const kind of scalarKinds) {
    fc.assert(
      fc.property(valuesOf(kind), fc.nat({ max: 0xffffffff }), (value, seed) => {
        expect(hashOfValue(kind, value, seed)).toBe(naiveMurmur3(naiveBytes(kind, value), seed));
      }),
      { numRuns: 100 },
    );
  }
});

test('what has no routing bytes has no hash', () => {
  expect(() => hashOfValue({ name: 'json' }, 1)).toThrow(AssertionError);
  expect(() => hashOfValue({ name: 'array', element: { name: 'bool' } }, [])).toThrow(AssertionError);
});

test('all slots are dealt out, in runs whose lengths differ by one at most', () => {
  for (const partitions of [1, 2, 3, 5, 7, 64, 1000, 4096]) {
    const counts = Array.from({ length: partitions }, () => 0);
    let previous = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const partition = partitionOf(slot, partitions);
      expect(partition === previous || partition === previous + 1).toBe(true);
      counts[partition]++;
      previous = partition;
    }
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }
});

test('keys that count up are spread over the slots', () => {
  const used = new Set<number>();
  for (let id = 0; id < 40_000; id++) used.add(slotOf(column({ name: 'int32' }), id));
  // 40,000 balls in 4,096 bins leave 4096 * e^-9.77 = 0.2 bins empty.
  expect(used.size).toBeGreaterThan(4_080);
});
