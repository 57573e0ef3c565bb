import fc from 'fast-check';
import { defineType, t, type RowValues } from '@weft/data';
import { expect, test } from 'vitest';
import { Everything, insertRow, rows, testLog } from './log.fixture.ts';

const Pair = defineType('Pair', { id: t.int32(), n: t.int32().optional() }, { key: 'id' });
const { schema } = Everything;

/** The values that an image keeps: not those that the record has itself. */
function kept(values: RowValues): RowValues {
  return schema.columns.map(({ role, ordinal }) => (role === 'slot' || role === 'lsn' ? undefined : values[ordinal]));
}

function pair(id: number, n?: number): RowValues {
  return [id, n];
}

test('what was said of rows is read again, every kind of value and every kind of change', () => {
  const changes = fc.array(fc.record({ before: rows, after: rows, withBefore: fc.boolean(), op: fc.nat(5) }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(changes, (all) => {
      const { log, read } = testLog();
      log.declare(schema);
      const key = (values: RowValues): unknown => log.types.of(schema).image.keyCode.of(values);
      const ordinals = schema.columns.flatMap(({ ordinal, optional }) => (optional && ordinal < 18 ? [ordinal] : []));
      const expected = all.map(({ before, after, withBefore, op }) => {
        const lsn = log.nextLsn();
        const was = withBefore ? before : undefined;
        const shown = withBefore ? kept(before) : undefined;
        const place = { lsn, schema, slot: 5 };
        switch (op) {
          case 0:
            log.inserted(schema, lsn, 5, after);
            return { ...place, op: 'insert', after: kept(after) };
          case 1:
            log.replaced(schema, lsn, 5, after, was);
            return { ...place, op: 'replace', after: kept(after), before: shown };
          case 2: {
            const at = (values: RowValues): unknown[] => ordinals.map((ordinal) => values[ordinal]);
            const change = {
              key: key(before),
              ordinals,
              after: at(after),
              before: withBefore ? at(before) : undefined,
            };
            log.updated(schema, lsn, 5, change);
            return { ...place, op: 'update', ...change };
          }
          case 3:
            log.removed(schema, lsn, 5, 'expire', key(before), was);
            return { ...place, op: 'expire', key: key(before), before: shown };
          case 4: {
            const state = { state: 'dead' as const, tries: 70_000, atMs: 1_700_000_000_000, reason: 'no: ü' };
            log.worked(schema, lsn, 5, key(before), state);
            return { ...place, op: 'work', key: key(before), ...state };
          }
          default:
            log.cleared(schema, lsn);
            return { ...place, slot: 0, op: 'clear' };
        }
      });
      const [declaration, ...records] = read();
      expect(declaration).toMatchObject({
        kind: 'declaration',
        lsn: 1,
        declaration: { number: 0, version: 0, schema },
      });
      expect(records.flatMap((record) => (record.kind === 'effects' ? record.effects : []))).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('a group is one record; where it throws, nothing of it is there', () => {
  const { log, read } = testLog({ partition: 3, origin: 2 });
  log.declare(Pair.schema);
  const parts = {
    session: { session: 2n ** 63n + 1n, sequence: 9, ackedBelow: 4 },
    idempotencyId: 'order-ü',
    transaction: { id: new Uint8Array(16).fill(7), participants: [0, 300] },
  };
  log.group(parts, () => {
    for (const id of [1, 2]) log.inserted(Pair.schema, log.nextLsn(), id, pair(id));
  });
  expect(() =>
    log.group({}, () => {
      log.inserted(Pair.schema, log.nextLsn(), 1, pair(3));
      throw new Error('no');
    }),
  ).toThrow('no');
  log.group({}, () => undefined);
  log.inserted(Pair.schema, log.nextLsn(), 1, pair(4));
  const [, group, single, ...others] = read();
  expect(group).toMatchObject({
    partition: 3,
    origin: 2,
    lsn: 2,
    term: 0,
    ...parts,
    effects: [{ lsn: 2 }, { lsn: 3 }],
  });
  expect(single).toMatchObject({ lsn: 4, effects: [{ lsn: 4, after: [4, undefined, undefined, undefined] }] });
  expect(others).toEqual([]);
});

test('who waits for what a group did that was taken back does not wait for the next record', () => {
  const { log } = testLog();
  log.declare(Pair.schema);
  const fail = (): void => {
    log.inserted(Pair.schema, log.nextLsn(), 1, pair(3));
    throw new Error('no');
  };
  expect(() => log.group({}, fail)).toThrow('no');
  expect(log.commits.wait(log.lsn)).toBeUndefined();
});

test('rows that made room for a group that is taken back are gone all the same', () => {
  const { log, read } = testLog();
  log.declare(Pair.schema);
  for (const id of [1, 2]) log.inserted(Pair.schema, log.nextLsn(), 1, pair(id));
  const evict = (id: number, rowLsn: number): void => {
    log.removed(Pair.schema, log.nextLsn(), 1, 'evict', id, undefined);
    log.wentForGood(rowLsn, (lsn) => log.removed(Pair.schema, lsn, 1, 'evict', id, undefined));
  };
  const fail = (): void => {
    log.inserted(Pair.schema, log.nextLsn(), 1, pair(3));
    evict(1, 2);
    // Its own row: no record tells of it.
    evict(3, 4);
    throw new Error('no');
  };
  expect(() => log.group({}, fail)).toThrow('no');
  log.group({}, () => evict(2, 3));
  const records = read().slice(3);
  expect(records).toMatchObject([
    { lsn: 4, effects: [{ op: 'evict', key: 1, lsn: 4 }] },
    { lsn: 5, effects: [{ op: 'evict', key: 2, lsn: 5 }] },
  ]);
});

test('what a call with an idempotency id was answered is read beside its effects, also where it has none', () => {
  const { log, read } = testLog();
  log.declare(Pair.schema);
  log.group({ idempotencyId: 'a' }, () => {
    for (const id of [1, 2]) log.inserted(Pair.schema, log.nextLsn(), id, pair(id));
    log.answered({ digest: 'd', result: 'ü' });
  });
  log.group({ idempotencyId: 'b' }, () => log.answered({ digest: 'e', result: '' }));
  const records = read().slice(1);
  expect(records).toMatchObject([
    { lsn: 2, idempotencyId: 'a', effects: [{ lsn: 2 }, { lsn: 3 }], answer: { digest: 'd', result: 'ü' } },
    { lsn: 4, idempotencyId: 'b', effects: [], answer: { digest: 'e', result: '' } },
  ]);
  expect(log.lsn).toBe(4);
});

test('a group may grow beyond the chunk that it began in', () => {
  const { log, read } = testLog();
  const Text = defineType('Text', { id: t.int32(), text: t.string() }, { key: 'id' });
  log.declare(Text.schema);
  for (let i = 0; i < 3; i++) log.inserted(Text.schema, log.nextLsn(), 0, [i, 'x'.repeat(300_000)]);
  log.group({}, () => {
    for (let i = 0; i < 12; i++) log.inserted(Text.schema, log.nextLsn(), 0, [i, String(i).repeat(200_000)]);
  });
  const [, , , , group] = read();
  const effects = group?.kind === 'effects' ? group.effects : [];
  expect(effects.map((effect) => (effect.op === 'insert' ? (effect.after[1] as string).slice(0, 3) : ''))).toEqual(
    Array.from({ length: 12 }, (_, i) => String(i).repeat(3).slice(0, 3)),
  );
});

test('moments never go back, and records of one millisecond are counted', () => {
  const { log, clock, read } = testLog();
  log.declare(Pair.schema);
  for (const ms of [0, 0, -5000, 1]) {
    clock.ms += ms;
    log.inserted(Pair.schema, log.nextLsn(), 0, pair(1));
  }
  const moments = read().map(({ hlc }) => [hlc.wallMs - 1_700_000_000_000, hlc.counter]);
  expect(moments).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
  ]);
});

test('a log that is off counts positions and commits them, and keeps nothing', () => {
  const { log } = testLog({ isOn: false });
  expect(log.nextLsn(3)).toBe(3);
  expect([log.commits.committed, log.ring.bytes]).toEqual([3, 0]);
  log.turnOn([Pair.schema]);
  insertRow(log, Pair, pair(1));
  expect(log.ring.reader(3)!.next(log.lsn)).toBeDefined();
});

test('who commits elsewhere holds readers back until then', () => {
  const { log } = testLog();
  log.holdCommits();
  const lsn = insertRow(log, Pair, pair(1));
  const reader = log.ring.reader(0)!;
  expect(reader.next(log.commits.committed)).toBeUndefined();
  log.commits.commit(lsn);
  expect(reader.next(log.commits.committed)).toBeDefined();
});

test('the oldest records go once there are too many, but not those that somebody needs', () => {
  const { log } = testLog({ retainBytes: 3 << 20 });
  const Text = defineType('Text', { id: t.int32(), text: t.string() }, { key: 'id' });
  log.ring.floorLsn = 0;
  for (let i = 0; i < 10; i++) insertRow(log, Text, [i, 'x'.repeat(600_000)]);
  expect(log.ring.reader(0)).toBeDefined();
  log.ring.floorLsn = Infinity;
  log.ring.trim();
  expect(log.ring.bytes).toBeLessThanOrEqual(3 << 20);
  expect(log.ring.reader(0)).toBeUndefined();
  const oldest = log.ring.base;
  expect(log.ring.reader(oldest)!.next(log.lsn)).toBeDefined();
});
