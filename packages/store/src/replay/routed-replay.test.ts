import { compilePatch, finish, partitionOf } from '@weft/data';
import { readRecord, TypeNumbers, type LogRecord } from '@weft/log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asLater, Later, Thing, thing } from '../evolution/evolution.fixture.ts';
import { always, smallArena } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { LoggedPartition, slotOf, staged, storedRows } from './replay.fixture.ts';
import { RoutedReplay } from './routed-replay.ts';

/** All runs share one arena, which a few thousand tables would fill. */
const RUNS = Math.ceil(Math.min(Number(process.env['WEFT_RUNS'] ?? 400), 1600) / 8);
const SOURCES = 3;
const arena = smallArena(64);

/** A grid of three partitions, each with its log. */
class Sources {
  readonly made = Array.from({ length: SOURCES }, () => new LoggedPartition(arena, true));
  isLater = false;

  of(id: number): LoggedPartition {
    const { table } = this.made[0]!.partition.port(Thing.schema);
    return this.made[partitionOf(slotOf(table, staged(table, this.row(id, 0))), SOURCES)]!;
  }

  row(id: number, shift: number): object {
    return this.isLater ? asLater(thing(id, shift), undefined) : thing(id, shift);
  }

  evolve(): void {
    if (!this.isLater) for (const made of this.made) made.evolve(Thing, Later);
    this.isLater = true;
  }

  /** The records of each partition. */
  records(): LogRecord[][] {
    return this.made.map(({ log }) => {
      const types = new TypeNumbers();
      const reader = log.ring.reader(0)!;
      const records: LogRecord[] = [];
      for (let place = reader.next(Infinity); place !== undefined; place = reader.next(Infinity)) {
        const record = readRecord(place.bytes, place.start, place.end, types);
        if (record.kind === 'declaration') types.adopt(record.declaration);
        records.push(record);
      }
      return records;
    });
  }
}

const id = fc.nat(40);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('write'), id, shift: fc.nat(60) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('update', 'delete'), id, shift: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('clear', 'evolve'), id, shift: fc.constant(0) }) },
);

function act(sources: Sources, { do: what, id: key, shift }: { do: string; id: number; shift: number }): void {
  const made = sources.of(key);
  const port = made.partition.port(Thing.schema);
  if (what === 'write') made.write(Thing, sources.row(key, shift));
  else if (what === 'update') port.update(key, compilePatch(port.schema)({ state: 'old' }), undefined);
  else if (what === 'delete') port.delete(key);
  else if (what === 'clear') port.clear();
  else sources.evolve();
}

/** Rows of all partitions by key, without their lsn, which is that of their new partition. */
function rowsOf(all: readonly LoggedPartition[]): Map<string, unknown[]> {
  const rows = new Map<string, unknown[]>();
  for (const { partition } of all) {
    const { table } = partition.port(Thing.schema);
    const lsn = table.schema.columns.findIndex(({ role }) => role === 'lsn');
    for (const [key, values] of storedRows(partition.port(Thing.schema))) rows.set(key, values.toSpliced(lsn, 1));
  }
  return rows;
}

test('records of three partitions lead to the same rows in one, two or five, whatever the order in which their logs are read', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.constantFrom(1, 2, 5),
      fc.infiniteStream(fc.nat(2)),
      (steps, count, turns) => {
        const sources = new Sources();
        for (const action of steps) act(sources, action);
        const targets = Array.from({ length: count }, () => new LoggedPartition(arena, false));
        const routed = new RoutedReplay(
          SOURCES,
          targets.map(({ partition }) => partition),
        );
        const records = sources.records();
        while (records.some(({ length }) => length > 0)) {
          const source = turns.next().value as number;
          const record = records[source]!.shift();
          if (record !== undefined) finish(routed.apply(source, record, always));
        }
        finish(routed.end(always));
        finish(routed.verify(always));
        expect(rowsOf(targets)).toEqual(rowsOf(sources.made));
        for (const [number, { partition }] of targets.entries()) {
          const { table } = partition.port(Thing.schema);
          const slot = table.schema.columns.findIndex(({ role }) => role === 'slot');
          for (const values of storedRows(partition.port(Thing.schema)).values())
            expect(partitionOf(values[slot] as number, count)).toBe(number);
          expectIndexesInStep(table);
        }
        for (const { partition } of [...sources.made, ...targets]) partition.close();
      },
    ),
    { numRuns: RUNS },
  );
});

test('a declaration that a crash kept from some logs holds for all rows', () => {
  const sources = new Sources();
  for (let key = 0; key < 40; key++) sources.of(key).write(Thing, thing(key));
  sources.made[1]!.evolve(Thing, Later);
  const targets = [new LoggedPartition(arena, false)];
  const routed = new RoutedReplay(
    SOURCES,
    targets.map(({ partition }) => partition),
  );
  for (const [source, records] of sources.records().entries())
    for (const record of records) finish(routed.apply(source, record, always));
  finish(routed.end(always));
  finish(routed.verify(always));
  const port = targets[0]!.partition.port(Thing.schema);
  expect([port.schema.fingerprint, port.rows]).toEqual([Later.schema.fingerprint, 40]);
});
