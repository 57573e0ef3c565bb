/** Groups that are taken back leave rows, positions and records as they were; what stays of groups is made again by replay. */
import fc from 'fast-check';
import { Arena, defineType, t, type RowValues, type UndoableWrites, type WholeGroup } from '@weft/data';
import { expect, test } from 'vitest';
import { LoggedPartition, replay, slotOf, staged, storedRows } from './replay.fixture.ts';

const columns = { id: t.string(), place: t.int32(), text: t.string().optional(), version: t.version() };
const Seat = defineType(
  'Seat',
  { owner: t.string().default('o'), ...columns },
  {
    key: 'id',
    routing: 'owner',
    ttl: '1h',
    indexes: [
      { on: ['owner', 'place'], kind: 'unique' },
      { on: 'text', kind: 'ordered' },
    ],
  },
);
const Cached = defineType('Cached', columns, { key: 'id', evict: { policy: 'lru', maxRows: 3 } });

interface Write {
  readonly type: 'Seat' | 'Cached';
  readonly op: 'write' | 'update' | 'delete';
  readonly id: string;
  readonly place: number;
  readonly text: string | undefined;
}

const write: fc.Arbitrary<Write> = fc.record({
  type: fc.constantFrom<Write['type'][]>('Seat', 'Seat', 'Cached'),
  op: fc.constantFrom<Write['op'][]>('write', 'write', 'update', 'delete'),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  place: fc.nat(4),
  text: fc.option(fc.string({ minLength: 100, maxLength: 300 }), { nil: undefined }),
});
const groups = fc.array(fc.record({ writes: fc.array(write, { minLength: 1, maxLength: 8 }), fails: fc.boolean() }), {
  maxLength: 12,
});

class GivenUp extends Error {}

class Groups {
  readonly on: LoggedPartition;
  readonly #types = { Seat, Cached };

  constructor() {
    this.on = new LoggedPartition(new Arena({ segmentBytes: 1 << 24 }), true);
    for (const { schema } of [Seat, Cached]) this.on.partition.port(schema);
  }

  rows(): Map<string, unknown[]>[] {
    return [Seat, Cached].map(({ schema }) => storedRows(this.on.partition.port(schema)));
  }

  /** Whether all of it was done. */
  run(writes: readonly Write[], fails: boolean): boolean {
    const { partition } = this.on;
    const group: WholeGroup = { heldBytes: 0 };
    const logs = new Map<string, UndoableWrites>();
    const done: UndoableWrites[] = [];
    try {
      partition.port(Seat.schema).group(() => {
        try {
          for (const each of writes) {
            const log = logs.get(each.type) ?? partition.port(this.#types[each.type].schema).undoable(group);
            logs.set(each.type, log);
            this.#apply(log, each);
            done.push(log);
          }
          if (fails) throw new GivenUp();
        } catch (error) {
          for (const log of done.toReversed()) expect(log.undo()).toBe(true);
          throw error;
        } finally {
          for (const log of logs.values()) log.end();
        }
      });
      return true;
    } catch (error) {
      if (!(error instanceof GivenUp) && (error as { code?: string }).code !== 'UNIQUE_VIOLATION') throw error;
      return false;
    }
  }

  #apply(log: UndoableWrites, { type, op, id, place, text }: Write): void {
    const { table } = this.on.partition.port(this.#types[type].schema);
    const key = type === 'Seat' ? [id, 'o'] : id;
    if (op === 'delete') log.delete(key);
    else if (op === 'update') log.update(key, { ordinals: ordinalsOf(type), values: [place, text] }, undefined);
    else {
      const values: RowValues = staged(table, text === undefined ? { id, place } : { id, place, text });
      log.write(values, slotOf(table, values), 'replace');
    }
  }
}

function ordinalsOf(type: Write['type']): number[] {
  const { schema } = { Seat, Cached }[type];
  return ['place', 'text'].map((name) => schema.columns.findIndex((column) => column.name === name));
}

test('rows of a cache that made room for a group that failed are gone for replay too, and its own rows come back as they were', () => {
  const made = new Groups();
  const { log } = made.on;
  const of = (op: Write['op'], id: string): Write => ({ type: 'Cached', op, id, place: 1, text: undefined });
  for (const id of ['a', 'b', 'c']) expect(made.run([of('write', id)], false)).toBe(true);
  const before = made.rows()[1]!;
  const evicted = made.on.partition.port(Cached.schema).evicted;
  expect(made.run([of('update', 'a'), of('write', 'd'), of('write', 'e'), of('write', 'f')], true)).toBe(false);
  expect(made.on.partition.port(Cached.schema).evicted).toBeGreaterThan(evicted);
  const after = made.rows()[1]!;
  expect(after.size).toBeLessThan(before.size);
  for (const [key, row] of after) expect(row).toEqual(before.get(key));
  const other = new LoggedPartition(new Arena({ segmentBytes: 1 << 24 }), false);
  replay(log, other.partition);
  expect(storedRows(other.partition.port(Cached.schema))).toEqual(after);
});

test('a group that fails leaves everything as it was but rows of caches that made room, and replay makes the same rows', () => {
  fc.assert(
    fc.property(groups, (all) => {
      const made = new Groups();
      const { log } = made.on;
      for (const { writes, fails } of all) {
        const lsn = log.lsn;
        const [seats, cached] = made.rows() as [Map<string, unknown[]>, Map<string, unknown[]>];
        const isDone = made.run(writes, fails);
        if (isDone) continue;
        const [after, cachedAfter] = made.rows() as [Map<string, unknown[]>, Map<string, unknown[]>];
        expect(after).toEqual(seats);
        for (const [key, row] of cachedAfter) expect(row).toEqual(cached.get(key));
        expect(log.lsn - lsn).toBe(cached.size - cachedAfter.size);
      }
      const other = new LoggedPartition(new Arena({ segmentBytes: 1 << 24 }), false);
      replay(log, other.partition);
      expect([Seat, Cached].map(({ schema }) => storedRows(other.partition.port(schema)))).toEqual(made.rows());
    }),
    { numRuns: 60 },
  );
});
