import { PartitionLog, readRecord, TypeNumbers, type Effect } from '@weft/log';
import { Arena, defineType, runBatchOf, t, type Key } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Partition } from '../partition/partition.ts';
import { storedRows } from '../replay/replay.fixture.ts';
import { gathered, testTable, type TestTable } from '../store.fixture.ts';
import type { Table } from './table.ts';

const Item = defineType(
  'Item',
  {
    id: t.int32(),
    group: t.string().index('hash'),
    n: t.int32().optional().index('ordered'),
    note: t.string().default('none'),
    version: t.version(),
  },
  { key: 'id', routing: 'group', ttl: '1h' },
);

const clock = { monotonicMs: () => 0, wallMs: () => 1_700_000_000_000 };

function logged(): { made: TestTable; log: PartitionLog } {
  const log = new PartitionLog({ partition: 0, clock, isOn: true });
  return { log, made: testTable(Item, { log }) };
}

function effectsOf(log: PartitionLog): Effect[] {
  const types = new TypeNumbers();
  const reader = log.ring.reader(0)!;
  const effects: Effect[] = [];
  for (let place = reader.next(log.lsn); place !== undefined; place = reader.next(log.lsn)) {
    const record = readRecord(place.bytes, place.start, place.end, types);
    if (record.kind === 'declaration') types.adopt(record.declaration);
    else effects.push(...record.effects);
  }
  return effects;
}

/** The rows that effects lead to, by ordinal, by key as text. */
class Replayed {
  readonly rows = new Map<string, unknown[]>();
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  apply(effect: Effect): void {
    if (effect.op === 'clear') this.rows.clear();
    else if (effect.op === 'insert' || effect.op === 'replace') {
      const key = this.#keyOf(this.#table.keyCode.of(effect.after));
      if (effect.op === 'replace') this.#expectBefore(key, effect.before);
      expect(this.rows.has(key)).toBe(effect.op === 'replace');
      this.rows.set(key, this.#stamped(effect.after, effect));
    } else if (effect.op === 'update') {
      const key = this.#keyOf(effect.key);
      const row = [...this.rows.get(key)!];
      if (effect.before !== undefined) expect(effect.ordinals.map((ordinal) => row[ordinal])).toEqual(effect.before);
      for (const [i, ordinal] of effect.ordinals.entries()) row[ordinal] = effect.after[i];
      this.rows.set(key, this.#stamped(row, effect));
    } else if (effect.op !== 'work' && effect.op !== 'groupCommit') {
      const key = this.#keyOf(effect.key);
      this.#expectBefore(key, effect.before);
      this.rows.delete(key);
    }
  }

  #expectBefore(key: string, before: readonly unknown[] | undefined): void {
    if (before !== undefined) expect(this.#bare(this.rows.get(key)!)).toEqual(this.#bare(before));
  }

  #keyOf(key: Key): string {
    return JSON.stringify(key);
  }

  #bare(values: readonly unknown[]): unknown[] {
    return this.#table.schema.columns.map(({ role, ordinal }) =>
      role === 'slot' || role === 'lsn' ? undefined : values[ordinal],
    );
  }

  #stamped(values: readonly unknown[], { lsn, slot }: Effect): unknown[] {
    return this.#table.schema.columns.map(({ role, ordinal }) =>
      role === 'slot' ? slot : role === 'lsn' ? lsn : values[ordinal],
    );
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('write' as const),
      row: fc.record(
        {
          id: fc.nat(5),
          group: fc.constantFrom('a', 'ü'),
          n: fc.option(fc.nat(9), { nil: undefined }),
          note: fc.string(),
        },
        { requiredKeys: ['id', 'group'] },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('update' as const),
      key: fc.record({ id: fc.nat(5), group: fc.constantFrom('a', 'ü') }),
      patch: fc.record({ n: fc.option(fc.nat(9)), note: fc.string() }, { requiredKeys: [] }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('delete' as const),
      key: fc.record({ id: fc.nat(5), group: fc.constantFrom('a', 'ü') }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('undone' as const),
      row: fc.record({ id: fc.nat(5), group: fc.constant('a'), n: fc.nat(9) }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ op: 'clear' as const }) },
);

test('the effects of a log lead to the rows of its table, version, expiry, slot and lsn included', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, withBefore) => {
      const { made, log } = logged();
      if (withBefore) log.wholeRows.want('Item');
      for (const action of steps) {
        if (action.op === 'write') made.write(action.row);
        else if (action.op === 'update') made.update(action.key, action.patch);
        else if (action.op === 'delete') made.port.delete(made.table.keyCode.check(action.key));
        else if (action.op === 'clear') made.port.clear();
        else {
          const undo = made.port.undoable();
          const values: unknown[] = [];
          made.table.rowCode.stage(action.row, values);
          undo.write(values, made.table.keyCode.slotOfRouting('a'), 'replace');
          undo.undo();
          undo.end();
        }
      }
      const effects = effectsOf(log);
      const replayed = new Replayed(made.table);
      for (const effect of effects) replayed.apply(effect);
      expect(replayed.rows).toEqual(storedRows(made));
      const removals = effects.filter(({ op }) => op === 'delete' || op === 'replace');
      expect(
        removals.every((effect) => ('before' in effect ? effect.before !== undefined : false) === withBefore),
      ).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('rows that a cache lets go are said to be evicted', () => {
  const Cache = defineType('Cache', { id: t.int32() }, { key: 'id', evict: { policy: 'lru', maxRows: 4 } });
  const log = new PartitionLog({ partition: 0, clock, isOn: true });
  const made = testTable(Cache, { log });
  for (let id = 0; id < 6; id++) made.write({ id });
  expect(effectsOf(log).filter(({ op }) => op === 'evict').length).toBe(2);
  expect(gathered(made.port.find(made.plan())).length).toBe(4);
});

test('rows that come by column are one record, and lead to the same rows', () => {
  const log = new PartitionLog({ partition: 0, clock, isOn: true });
  const made = testTable(Item, { log, arena: new Arena({ segmentBytes: 1 << 26 }) });
  const { schema, keyCode } = made.table;
  const columns = [
    { ordinal: 0, data: Int32Array.of(1, 2, 3) },
    { ordinal: 1, data: ['a', 'a', 'ü'] },
  ];
  const batch = runBatchOf(schema, { rows: 3, columns });
  const slots = Int32Array.from(['a', 'a', 'ü'], (group) => keyCode.slotOfRouting(group));
  expect(made.table.inserter(3, batch.rowBytes)!.insert(batch.columns, Int32Array.of(0, 1, 2), slots)).toBe(3);
  const effects = effectsOf(log);
  expect(effects.map(({ lsn }) => lsn)).toEqual([2, 3, 4]);
  const replayed = new Replayed(made.table);
  for (const effect of effects) replayed.apply(effect);
  expect(replayed.rows).toEqual(storedRows(made));
  const reader = log.ring.reader(1)!;
  reader.next(log.lsn);
  expect(reader.next(log.lsn)).toBeUndefined();
});

test('a log that is turned on later knows the types whose tables are there', () => {
  const log = new PartitionLog({ partition: 0, clock });
  const partition = new Partition({ number: 0, arena: new Arena({ segmentBytes: 1 << 24 }), clock, log });
  const port = partition.port(Item.schema);
  const values: unknown[] = [];
  port.table.rowCode.stage({ id: 1, group: 'a' }, values);
  port.write([...values], 0, 'replace');
  partition.turnLogOn();
  port.write([...values], 0, 'replace');
  expect([log.lsn, log.commits.committed]).toEqual([3, 3]);
  const reader = log.ring.reader(1)!;
  const first = reader.next(log.lsn)!;
  expect(readRecord(first.bytes, first.start, first.end, log.types)).toMatchObject({ kind: 'declaration', lsn: 2 });
});
