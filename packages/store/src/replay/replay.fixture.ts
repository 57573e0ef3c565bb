/** Test help: partitions with a log, and what their records lead to elsewhere. */
import { finish, planEvolution, type AnyType, type Arena } from '@weft/data';
import { PartitionLog, readRecord } from '@weft/log';
import { Partition } from '../partition/partition.ts';
import { always } from '../store.fixture.ts';
import type { Table } from '../table/table.ts';
import { PartitionReplay, type RecordListener } from './partition-replay.ts';

export class LoggedPartition {
  readonly partition: Partition;
  readonly log: PartitionLog;
  readonly clock = { ms: 1_700_000_000_000 };

  constructor(arena: Arena, isOn: boolean) {
    const clock = { monotonicMs: () => this.clock.ms, wallMs: () => this.clock.ms };
    this.log = new PartitionLog({ partition: 0, clock, isOn });
    this.partition = new Partition({ number: 0, arena, clock, log: this.log });
  }

  write(type: AnyType, row: object): void {
    const { table } = this.partition.port(type.schema);
    const values = staged(table, row);
    table.write(values, slotOf(table, values), 'replace');
  }

  evolve(from: AnyType, to: AnyType): void {
    const port = this.partition.port(from.schema);
    finish(port.evolve(planEvolution(port.schema, to.schema))).commit();
  }
}

export function staged(table: Table, row: object): unknown[] {
  const values: unknown[] = [];
  table.rowCode.stage(row, values);
  return values;
}

export function slotOf(table: Table, values: readonly unknown[]): number {
  return table.keyCode.slotOfRouting(values[table.schema.routing]);
}

/** Makes the records of a log again, from a position on, pausing wherever it may. */
export function replay(from: PartitionLog, into: Partition, position = 0, listener?: RecordListener): PartitionReplay {
  const made = new PartitionReplay(into, listener);
  goOn(made, from, into, position);
  return made;
}

export function goOn(made: PartitionReplay, from: PartitionLog, { log }: Partition, position = 0): void {
  const reader = from.ring.reader(position)!;
  for (let place = reader.next(Infinity); place !== undefined; place = reader.next(Infinity))
    finish(made.apply(readRecord(place.bytes, place.start, place.end, log.types), always));
  made.flush();
}

/** All rows by ordinal, system columns included, by key as text. */
export function storedRows({ table }: { readonly table: Table }): Map<string, unknown[]> {
  const rows = new Map<string, unknown[]>();
  for (let row = 0; row < table.live.rowCount; row++) {
    if (!table.live.has(row)) continue;
    const values = table.columns.map((column) => column.get(row));
    rows.set(JSON.stringify(table.keyCode.of(values)), values);
  }
  return rows;
}
