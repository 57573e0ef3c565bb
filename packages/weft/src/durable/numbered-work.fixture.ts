/** Test help: work of several writers whose every step follows from its number, so that what is stored tells how far each has come. */
import type { Space, SubscriptionEvent } from '@weft/client';
import { defineType, t } from '@weft/data';
import type { GridOptions } from '../create-grid.ts';

export const Entry = defineType(
  'Entry',
  { writer: t.int32(), seq: t.int32(), n: t.int32().index('ordered'), text: t.string(), version: t.version() },
  { key: ['writer', 'seq'], routing: 'writer' },
);

export const WRITERS = 16;
/** The consumer group that hears of it. */
export const GROUP = 'audit';

export const numberedGrid = {
  types: [Entry],
  durability: 'sync',
  segmentBytes: 1 << 24,
  partitions: 3,
} as const satisfies GridOptions;

export interface EntryRow {
  readonly writer: number;
  readonly seq: number;
  readonly n: number;
  readonly text: string;
  readonly version: number;
}

/** What a writer does in a step, from 1: two new rows, an update of the second, a removal of the first. */
function deedOf(step: number): 'write' | 'update' | 'delete' {
  const turn = step % 4;
  return turn === 3 ? 'update' : turn === 0 ? 'delete' : 'write';
}

export function textOf(writer: number, seq: number): string {
  return `${writer}/${seq} `.repeat(1 + ((writer * 31 + seq * 17) % 40));
}

/** The rows of a writer that has done so many steps. */
export function rowsAfter(writer: number, steps: number): EntryRow[] {
  const rows: EntryRow[] = [];
  for (let seq = 1; seq <= steps; seq++) {
    if (deedOf(seq) !== 'write') continue;
    const isUpdated = seq % 4 === 2 && seq + 1 <= steps;
    const isDeleted = seq % 4 === 1 && seq + 3 <= steps;
    if (isDeleted) continue;
    const n = isUpdated ? seq + 1 : seq;
    rows.push({ writer, seq, n, text: textOf(writer, seq), version: isUpdated ? 2 : 1 });
  }
  return rows;
}

/** Does a step. */
export function act(entries: Space<typeof Entry>, writer: number, step: number): Promise<unknown> {
  switch (deedOf(step)) {
    case 'write':
      return entries.write({ writer, seq: step, n: step, text: textOf(writer, step) }, { onConflict: 'fail' });
    case 'update':
      return entries.update({ writer, seq: step - 1 }, { n: step });
    case 'delete':
      return entries.delete({ writer, seq: step - 3 });
  }
}

/** The step that an event tells of. */
export function stepOf(event: SubscriptionEvent<typeof Entry>): { readonly writer: number; readonly step: number } {
  if (event.type === 'insert' || event.type === 'update') return { writer: event.after.writer, step: event.after.n };
  if (event.type === 'delete') return { writer: event.before.writer, step: event.before.seq + 3 };
  throw new Error(`no step is a ${event.type}`);
}
