import { DamagedRecord, readRecord } from '@weft/log';
import { Arena, compilePatch, Decimal, defineType, finish, planEvolution, resolveChange, t, WHOLE } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asLater, Later, Thing, thing } from '../evolution/evolution.fixture.ts';
import { always } from '../store.fixture.ts';
import type { Table } from '../table/table.ts';
import { TableReplay } from './table-replay.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { PartitionReplay } from './partition-replay.ts';
import { goOn, LoggedPartition, replay, slotOf, staged, storedRows } from './replay.fixture.ts';
import { RowHash } from './row-hash.ts';
import { digestTable } from './table-digests.ts';

/** All runs share one arena, which a few thousand tables would fill. */
const RUNS = Math.ceil(Math.min(Number(process.env['WEFT_RUNS'] ?? 200), 1600) / 8);
const arena = new Arena({ segmentBytes: 1 << 28, segmentsMax: 4, poison: true });
const Note = defineType('Note', { id: t.int32(), text: t.string() }, { key: 'id', ttl: '1h' });

const id = fc.nat(30);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('write', 'undone'), id, shift: fc.nat(60) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('update', 'delete', 'note'), id, shift: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('change', 'pass'), id, shift: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('clear', 'evolve', 'expire'), id, shift: fc.nat(30) }) },
);

/** Random work on two types, one of which goes over to its next declaration at some time. */
class Work {
  readonly made = new LoggedPartition(arena, true);
  #isLater = false;

  act({ do: what, id: key, shift }: { readonly do: string; readonly id: number; readonly shift: number }): void {
    const port = this.made.partition.port(Thing.schema);
    const row = this.#isLater ? asLater(thing(key, shift), undefined) : thing(key, shift);
    const amount = this.#isLater ? { total: BigInt(shift) } : { amount: shift };
    switch (what) {
      case 'write':
        return this.made.write(Thing, row);
      case 'undone': {
        const undo = port.undoable();
        const values = staged(port.table, row);
        undo.write(values, slotOf(port.table, values), 'replace');
        undo.undo();
        return undo.end();
      }
      case 'update':
        return void port.update(key, compilePatch(port.schema)({ ...amount, state: 'old' }), undefined);
      case 'delete':
        return void port.delete(key);
      case 'change':
        return void finish(
          port.change(
            undefined,
            resolveChange(port.schema, (c: never) => set(c, amount)),
          ),
        );
      case 'clear':
        return void port.clear();
      case 'pass':
        return void (this.made.clock.ms += 60_000);
      case 'expire': {
        // Some of the rows that have expired go.
        this.made.clock.ms += shift * 180_000;
        const sweeping = this.made.partition.port(Note.schema).sweep({ slice: always });
        return void (shift % 2 === 0 ? finish(sweeping) : sweeping.next());
      }
      case 'note':
        return this.made.write(Note, { id: key, text: 'x'.repeat(shift * 100) });
      default:
        if (!this.#isLater) this.made.evolve(Thing, Later);
        this.#isLater = true;
    }
  }
}

function set(steps: never, columns: object): unknown {
  const [[name, value]] = Object.entries(columns) as [[string, unknown]];
  return (steps as { set(column: string, to: unknown): unknown }).set(name, value);
}

test('what a log tells leads to the same rows elsewhere, version, expiry, slot, lsn and declarations included', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), (steps, from) => {
      const work = new Work();
      const { made } = work;
      const other = new LoggedPartition(arena, false);
      const again = new PartitionReplay(other.partition);
      for (const [at, action] of steps.entries()) {
        work.act(action);
        if (at === from) goOn(again, made.log, other.partition);
      }
      // What is there already is passed over.
      goOn(again, made.log, other.partition);
      finish(again.verify(always));
      again.end();
      expect(other.log.lsn).toBe(again.lsn);
      for (const { schema } of [made.partition.port(Thing.schema), made.partition.port(Note.schema)]) {
        const [mine, theirs] = [made.partition.port(schema), other.partition.port(schema)];
        expect(theirs.schema.fingerprint).toBe(mine.schema.fingerprint);
        expect(storedRows(theirs)).toEqual(storedRows(mine));
        expect(finish(digestTable(theirs.table, WHOLE))).toEqual(finish(digestTable(mine.table, always)));
        expectIndexesInStep(theirs.table);
        // All runs share one arena.
        for (const port of [mine, theirs]) port.clear();
      }
      made.partition.close();
      other.partition.close();
    }),
    { numRuns: RUNS },
  );
});

function writtenAndReplayed() {
  const made = new LoggedPartition(arena, true);
  for (let key = 0; key < 50; key++) made.write(Thing, thing(key));
  const other = new LoggedPartition(arena, false);
  const again = replay(made.log, other.partition);
  return { made, other, again, table: other.partition.port(Thing.schema).table };
}

test('rows that are not what records say are found: a value, an index that does not lead to a row, a row that is missing', () => {
  const spoil: ((table: Table) => void)[] = [
    (table) => table.columns[2]!.set(3, 1_000_000),
    (table) => table.rowParts.keyIndex.remove(table.columns[0]!.hashOf(3), 3),
    (table) => new TableReplay(table).remove(3),
  ];
  for (const act of spoil) {
    const { again, table } = writtenAndReplayed();
    finish(again.verify(always));
    act(table);
    expect(() => finish(again.verify(always))).toThrow(expect.objectContaining({ code: 'CHECKSUM_MISMATCH' }));
  }
});

test('records that do not follow from those before are damage', () => {
  const { made, other } = writtenAndReplayed();
  other.partition.port(Thing.schema).table.clear();
  const port = made.partition.port(Thing.schema);
  const { lsn } = made.log;
  port.delete(1);
  const again = new PartitionReplay(other.partition);
  again.begin(lsn, { wallMs: 0, counter: 0 });
  expect(() => goOn(again, made.log, other.partition, lsn)).toThrow(DamagedRecord);
});

test('a partition goes on behind what was made again: positions and moments', () => {
  const { made, other, again } = writtenAndReplayed();
  again.end();
  expect([other.log.lsn, other.log.commits.committed]).toEqual([made.log.lsn, made.log.lsn]);
  other.log.turnOn([]);
  other.clock.ms -= 60_000;
  other.write(Thing, thing(1));
  const place = other.log.ring.reader(made.log.lsn)!.next(Infinity)!;
  const record = readRecord(place.bytes, place.start, place.end, other.log.types);
  expect(record).toMatchObject({ lsn: made.log.lsn + 1, hlc: { wallMs: made.clock.ms } });
  expect(record.kind === 'effects' && record.effects[0]!.op).toBe('replace');
});

test('a type that goes back to an earlier declaration is followed there', () => {
  const Short = defineType('Doc', { id: t.int32() }, { key: 'id' });
  const Long = defineType('Doc', { id: t.int32(), text: t.string().default('x') }, { key: 'id' });
  const made = new LoggedPartition(arena, true);
  made.write(Short, { id: 1 });
  made.evolve(Short, Long);
  made.write(Long, { id: 2, text: 'y' });
  made.evolve(Long, Short);
  made.write(Short, { id: 3 });
  made.evolve(Short, Long);
  const other = new LoggedPartition(arena, false);
  finish(replay(made.log, other.partition).verify(always));
  expect(storedRows(other.partition.port(Long.schema))).toEqual(storedRows(made.partition.port(Long.schema)));
});

test('rows that were there before a time to live was declared get the expiry again that they got then', () => {
  const { made, other, again } = writtenAndReplayed();
  made.evolve(Thing, Later);
  other.clock.ms += 86_400_000;
  goOn(again, made.log, other.partition);
  expect(storedRows(other.partition.port(Later.schema))).toEqual(storedRows(made.partition.port(Later.schema)));
});

test.each([5, 256, 9000])(
  '%i rows that are added one behind the other are those that they were, wherever something comes between',
  (count) => {
    const Item = defineType(
      'Item',
      {
        name: t.string(),
        day: t.date(),
        sum: t.int64().default(7n).index('hash'),
        at: t.timestamp().optional().index('ordered'),
        note: t.string().optional(),
        side: t.string().default('buy'),
        tags: t.array(t.string()).optional(),
        version: t.version(),
      },
      { key: ['name', 'day'], routing: 'name' },
    );
    const made = new LoggedPartition(arena, true);
    const row = (id: number): object => ({
      name: `${id % 2 === 0 ? 'é' : 'name'} ${id}`,
      day: '2026-01-02',
      ...(id % 3 === 0 ? { sum: BigInt(id % 50), at: new Date(id) } : {}),
      ...(id % 5 === 0 ? { note: 'x'.repeat(id % 90), tags: ['a', `${id}`] } : {}),
    });
    for (let id = 0; id < count; id++) made.write(Item, row(id));
    // Between two runs: a place becomes free, and a row another one.
    made.partition.port(Item.schema).delete(['name 3', '2026-01-02'] as never);
    made.write(Item, { ...row(4), note: undefined });
    for (let id = count; id < 2 * count; id++) made.write(Item, row(id));
    const other = new LoggedPartition(arena, false);
    const again = replay(made.log, other.partition);
    finish(again.verify(always));
    const [from, to] = [made, other].map(({ partition }) => partition.port(Item.schema));
    expect(storedRows(to!)).toEqual(storedRows(from!));
    expectIndexesInStep(to!.table);
    from!.clear();
    to!.clear();
  },
);

test.each([2, 9])(
  'a row that is added twice is damage, and so is one without a value that it must have, among %i',
  (count) => {
    const { table } = new LoggedPartition(arena, false).partition.port(Note.schema);
    const again = new TableReplay(table);
    const rows = (ids: readonly number[]): unknown[][] =>
      ids.map((key, at) => again.complete(staged(table, { id: key, text: 'a' }), 0, at + 1));
    const ids = Array.from({ length: count }, (_, at) => at);
    again.insertAll(rows(ids));
    expect(() => again.insertAll(rows([100, 101, 102, 103, 104, 105, 1]))).toThrow(DamagedRecord);
    expect(table.rowCount).toBe(count + 6);
    const lacking = rows([200, 201, 202, 203]);
    lacking[2]![1] = undefined;
    expect(() => again.insertAll(lacking)).toThrow(DamagedRecord);
    table.clear();
  },
);

test('rows of every kind hash page by page as they do one by one', () => {
  const every = {
    a: t.bool(),
    b: t.int16(),
    c: t.int32(),
    d: t.int64(),
    e: t.float32(),
    f: t.float64(),
    g: t.decimal(9, 2),
    h: t.date(),
    i: t.timestamp(),
    j: t.uuid(),
    k: t.bytes(),
    l: t.enum(['x', 'y']),
    m: t.json<unknown>(),
    n: t.array(t.int32()),
    q: t.localTimestamp(),
    o: t.string(),
    p: t.string(),
  };
  const optional = Object.entries(every).map(([name, column]) => [`${name}2`, column.optional()] as const);
  const Every = defineType(
    'Every',
    { id: t.int32(), ...every, ...Object.fromEntries(optional) },
    { key: 'id', ttl: '1h' },
  );
  const made = new LoggedPartition(arena, true);
  const { table } = made.partition.port(Every.schema);
  const rows = 300;
  for (let id = 0; id < rows; id++) {
    const values = {
      a: id % 2 === 0,
      b: -id,
      c: id * 1e6,
      d: BigInt(id) << 40n,
      e: id / 3,
      f: -id / 7,
      g: new Decimal(BigInt(id) * 100n + 25n, 2),
      h: '1969-12-31',
      i: new Date(id * 1e9 - 1e11),
      j: '00000000-0000-4000-8000-00000000000a',
      k: Uint8Array.of(id & 255),
      l: id % 3 === 0 ? 'x' : 'y',
      m: { id },
      n: [id, 1],
      o: `e${id % 4}`,
      p: `${'é'.repeat(id % 60)}${id}`,
      q: '2026-01-02T03:04:05.6',
    };
    const second = Object.entries(values).filter((_, at) => (id + at) % 3 === 0);
    made.write(Every, { id, ...values, ...Object.fromEntries(second.map(([name, value]) => [`${name}2`, value])) });
  }
  const hash = new RowHash(Every.schema);
  const [hashes, scratch] = [new Int32Array(rows), new Int32Array(rows)];
  const numbers = Int32Array.from({ length: rows }, (_, row) => row);
  hash.ofRows(table.columns, numbers, hashes, scratch);
  const ofEach = (of: (row: number) => number): number[] => Array.from(numbers, (row) => of(row) | 0);
  expect(Array.from(hashes)).toEqual(ofEach((row) => hash.ofRow(table.columns, row)));
  expect(Array.from(hashes)).toEqual(ofEach((row) => hash.of(table.columns.map((column) => column.get(row)))));
  table.clear();
});

test('who keeps something beside rows hears of every record once', () => {
  const made = new LoggedPartition(arena, true);
  made.write(Note, { id: 1, text: 'a' });
  made.log.group({ idempotencyId: 'x' }, () => made.write(Note, { id: 2, text: 'b' }));
  const heard: unknown[] = [];
  const other = new LoggedPartition(arena, false);
  const again = replay(made.log, other.partition, 0, { onRecord: ({ idempotencyId }) => heard.push(idempotencyId) });
  goOn(again, made.log, other.partition);
  expect(heard).toEqual([undefined, undefined, 'x']);
});

test('rows that had expired when a type let its rows live for ever do not come back, and others do not go, however late it is', () => {
  const Lasting = defineType('Note', { id: t.int32(), text: t.string() }, { key: 'id' });
  const made = new LoggedPartition(arena, true);
  for (const id of [1, 2, 3, 4]) {
    made.write(Note, { id, text: 'x' });
    if (id === 2) made.clock.ms += 1;
  }
  made.clock.ms += 3_599_999;
  const port = made.partition.port(Note.schema);
  const ready = finish(port.evolve(planEvolution(port.schema, Lasting.schema)));
  expect(ready.isReady).toBe(true);
  ready.commit();
  const other = new LoggedPartition(arena, false);
  other.clock.ms += 1e9;
  finish(replay(made.log, other.partition).verify(always));
  expect([...storedRows(other.partition.port(Lasting.schema)).keys()]).toEqual(['3', '4']);
});
