/** Test help: work of several writers whose every step follows from its number, so that what is stored tells how far each has come. */
import { defineType, t } from '@weft/data';

export const Entry = defineType(
  'Entry',
  { writer: t.int32(), seq: t.int32(), n: t.int32().index('ordered'), text: t.string(), version: t.version() },
  { key: ['writer', 'seq'], routing: 'writer' },
);

export const WRITERS = 16;

export interface EntryRow {
  readonly writer: number;
  readonly seq: number;
  readonly n: number;
  readonly text: string;
  readonly version: number;
}

/** What a writer does in a step, from 1: two new rows, an update of the second, a removal of the first. */
export function deedOf(step: number): 'write' | 'update' | 'delete' {
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
