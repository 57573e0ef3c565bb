import { readFileSync, writeFileSync } from 'node:fs';
import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { testLog } from '../log.fixture.ts';
import type { PartitionLog } from '../partition-log.ts';

/** The vectors are kept in docs/log.md. Here they are made a second time, byte by byte from its tables. */
const PAGE = new URL('../../../../docs/log.md', import.meta.url);
const MARK = '<!-- vectors -->\n';

const Item = defineType('Item', { id: t.int32(), tag: t.string(), n: t.int32().optional() }, { key: 'id' });
const { schema } = Item;
const WALL_MS = 1_700_000_000_000;
const full = [7, 'ü', undefined];
const before = [7, 'a', 258];

interface Vector {
  readonly name: string;
  /** Says what changed, by the code in use. */
  readonly say: (log: PartitionLog) => void;
  /** Parts of the header, as bits. */
  readonly parts?: number;
  /** What stands behind the header. */
  readonly body: readonly number[];
  readonly effects: number;
}

const whole = [0b011, ...i32(7), 2, 0xc3, 0xbc];
const wholeBefore = [0b111, ...i32(7), 1, 0x61, ...i32(258)];

const session = [...u64(9), ...u64(2), ...u64(1)];
const idempotency = [2, 0xc3, 0xa9];
const transaction = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 2, 3, 0xac, 0x02];
const removal = (delta: number, id: number): number[] => [4, 0, delta, 0, 0, 5, ...i32(id)];

const vectors: readonly Vector[] = [
  {
    name: 'insert { id: 7, tag: "ü" } into slot 300',
    say: (log) => log.inserted(schema, log.nextLsn(), 300, full),
    body: [1, 0, 0, 0, 0, 0xac, 0x02, ...whole],
    effects: 1,
  },
  {
    name: 'replace { id: 7, tag: "a", n: 258 } by { id: 7, tag: "ü" }, with what was before',
    say: (log) => log.replaced(schema, log.nextLsn(), 5, full, before),
    body: [2, 1, 0, 0, 0, 5, ...whole, ...wholeBefore],
    effects: 1,
  },
  {
    name: 'update of 7: n from 258 to nothing, tag from "a" to "ü", with what was before',
    say: (log) =>
      log.updated(schema, log.nextLsn(), 5, {
        key: 7,
        ordinals: [2, 1],
        after: [undefined, 'ü'],
        before: [258, 'a'],
      }),
    body: [3, 1, 0, 0, 0, 5, ...i32(7), 0b110, 0b010, 2, 0xc3, 0xbc, 0b110, 0b110, 1, 0x61, ...i32(258)],
    effects: 1,
  },
  {
    name: 'delete of 7, without what was before',
    say: (log) => log.removed(schema, log.nextLsn(), 5, 'delete', 7, undefined),
    body: [4, 0, 0, 0, 0, 5, ...i32(7)],
    effects: 1,
  },
  {
    name: 'expiry of 7, with what was before',
    say: (log) => log.removed(schema, log.nextLsn(), 5, 'expire', 7, before),
    body: [5, 1, 0, 0, 0, 5, ...i32(7), ...wholeBefore],
    effects: 1,
  },
  {
    name: 'eviction of 7',
    say: (log) => log.removed(schema, log.nextLsn(), 5, 'evict', 7, undefined),
    body: [6, 0, 0, 0, 0, 5, ...i32(7)],
    effects: 1,
  },
  { name: 'clear', say: (log) => log.cleared(schema, log.nextLsn()), body: [7, 0, 0, 0, 0, 0], effects: 1 },
  {
    name: 'the consumer group "ü" has done with all up to 258',
    say: (log) => log.groupCommitted(schema, 'ü', 258),
    body: [8, 0, 0, 0, 0, 0, 2, 0xc3, 0xbc, ...u64(258)],
    effects: 1,
  },
  {
    name: 'work on 7: delayed until 258 after 300 tries, for the reason "ü"',
    say: (log) => log.worked(schema, log.nextLsn(), 5, 7, { state: 'delayed', tries: 300, atMs: 258, reason: 'ü' }),
    body: [16, 0, 0, 0, 0, 5, ...i32(7), 1, 0xac, 0x02, ...u64(258), 2, 0xc3, 0xbc],
    effects: 1,
  },
  {
    name: 'delete of 7 and of 8 in one record, of session 9, sequence 2, acknowledged below 1, idempotency id "é", transaction over 3 and 300',
    parts: 7,
    say: (log) =>
      log.group(
        {
          session: { session: 9n, sequence: 2, ackedBelow: 1 },
          idempotencyId: 'é',
          transaction: { id: Uint8Array.from({ length: 16 }, (_, i) => i), participants: [3, 300] },
        },
        () => {
          for (const key of [7, 8]) log.removed(schema, log.nextLsn(), 5, 'delete', key, undefined);
        },
      ),
    body: [...session, ...idempotency, ...transaction, ...removal(0, 7), ...removal(1, 8)],
    effects: 2,
  },
  {
    name: 'delete of 7 by a call with idempotency id "é" and digest "d", answered "ü"',
    parts: 2,
    say: (log) =>
      log.group({ idempotencyId: 'é' }, () => {
        log.removed(schema, log.nextLsn(), 5, 'delete', 7, undefined);
        log.answered({ digest: 'd', result: 'ü' });
      }),
    body: [...idempotency, ...removal(0, 7), 17, 0, 0, 1, 0x64, 2, 0xc3, 0xbc],
    effects: 2,
  },
];

function i32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >> shift) & 255);
}

function u64(value: number): number[] {
  return [...i32(value), 0, 0, 0, 0];
}

/** The record that the tables of the page say. The log has declared the type before, at lsn 1. */
function naive({ body, parts = 0, effects }: Vector): string {
  const millis = [0, 8, 16, 24, 32, 40].map((shift) => Math.floor(WALL_MS / 2 ** shift) & 255);
  const header = [1, 1, parts, 0, 3, 0, 0, 0, ...u64(2), ...i32(0), ...i32(0), 1, 0, ...millis, ...i32(effects)];
  return hex([...i32(8 + header.length + body.length), 0, 0, 0, 0, ...header, ...body]);
}

function actual({ say }: Vector): string {
  const { log } = testLog({ partition: 3 });
  log.declare(schema);
  say(log);
  const { bytes, start, end } = log.ring.reader(1)!.next(log.lsn)!;
  return hex(bytes.subarray(start, end));
}

function hex(bytes: Iterable<number>): string {
  return Buffer.from(Uint8Array.from(bytes)).toString('hex');
}

const table = [
  '| record | bytes |',
  '|---|---|',
  ...vectors.map((vector) => `| ${vector.name} | \`${naive(vector)}\` |`),
  '',
].join('\n');

test.each(vectors.map((vector) => [vector.name, vector] as const))(
  'the record of %s is as the page says',
  (_, vector) => {
    expect(actual(vector)).toBe(naive(vector));
  },
);

test('the page has these vectors', () => {
  const page = readFileSync(PAGE, 'utf8');
  const head = page.slice(0, page.indexOf(MARK) + MARK.length);
  if (process.env['WEFT_UPDATE'] === '1') writeFileSync(PAGE, head + table);
  expect(readFileSync(PAGE, 'utf8').slice(head.length)).toBe(table);
});
