/** Test help: a partition with one table, a clock that stands still until it is told, and rows as users write them. */
import type { PartitionLog } from '@weft/log';
import {
  Arena,
  compilePatch,
  newCounters,
  resolveFind,
  resolveWhere,
  type AnyType,
  type FindPlan,
  type Predicate,
  type RowWork,
  type ScanCounters,
  type Slice,
  type Work,
} from '@weft/data';
import { Partition } from './partition/partition.ts';
import type { TablePort } from './partition/table-port.ts';
import type { TableSnapshot } from './snapshot/table-snapshot.ts';
import type { Table } from './table/table.ts';

/** One arena for all tests of a process: each reserves gigabytes of addresses. */
let shared: Arena | undefined;

export function smallArena(segmentsMax: number): Arena {
  return new Arena({ segmentBytes: 1 << 24, segmentsMax, poison: true });
}

/** Work pauses wherever it may. */
export const always: Slice = { isOver: () => true };

export interface TestTable {
  readonly port: TablePort;
  readonly table: Table;
  readonly arena: Arena;
  readonly clock: { ms: number };
  /** Writes an input row; whether it was new. */
  write(row: object, onConflict?: 'replace' | 'fail'): boolean;
  update(key: unknown, patch: object): object | undefined;
  /** A snapshot of now. Time goes on, so that it may open. */
  snapshot(): TableSnapshot;
  where(where: unknown): Predicate | undefined;
  plan(where?: unknown, options?: object): FindPlan;
}

export interface TestTableOptions {
  readonly arena?: Arena;
  readonly pinnedBytesMax?: number;
  readonly log?: PartitionLog;
}

export function testTable(
  type: AnyType,
  { arena = (shared ??= smallArena(64)), pinnedBytesMax, log }: TestTableOptions = {},
): TestTable {
  const clock = { ms: 1_700_000_000_000 };
  const partition = new Partition({
    number: 0,
    arena,
    clock: { monotonicMs: () => clock.ms, wallMs: () => clock.ms },
    ...(pinnedBytesMax === undefined ? {} : { pinnedBytesMax }),
    ...(log === undefined ? {} : { log }),
  });
  const { schema } = type;
  const port = partition.port(schema);
  const patchOf = compilePatch(schema);
  let hidden = 0n;
  return {
    port,
    table: port.table,
    arena,
    clock,
    write(row, onConflict = 'replace') {
      const values: unknown[] = [];
      port.table.rowCode.stage(row, values);
      const key = schema.columns.findIndex(({ role }) => role === 'hiddenKey');
      if (key >= 0) values[key] = hidden++;
      return port.write(values, port.table.keyCode.slotOfRouting(values[schema.routing]), onConflict);
    },
    update: (key, patch) => port.update(port.table.keyCode.check(key), patchOf(patch), undefined),
    snapshot() {
      clock.ms += 60_000;
      return port.table.snapshots.tryAcquire(Infinity)!;
    },
    where: (where) => resolveWhere(type, where),
    plan: (where, options) => resolveFind(schema, where, options),
  };
}

/** Drives work to its end; `between` runs at every pause. */
export function drained<T>(work: Work<T>, between: (pause: number) => void = () => undefined): T {
  for (let pause = 0; ; pause++) {
    const step = work.next();
    if (step.done === true) return step.value;
    between(pause);
  }
}

/** All rows of a find; `between` runs at every pause and after every batch. */
export function gathered(work: RowWork, between: (pause: number) => void = () => undefined): object[] {
  const rows: object[] = [];
  for (let pause = 0; ; pause++) {
    const step = work.next();
    if (step.done === true) return rows;
    rows.push(...(step.value ?? []));
    between(pause);
  }
}

/** A run that pauses wherever it may, with its counters. */
export function pausing(): { readonly slice: Slice; readonly counters: ScanCounters } {
  return { slice: always, counters: newCounters() };
}
