import { murmur3Int64 } from '@weft/base';
import { readInt64AsNumber, writeSafeInt64 } from '../kind/int64.ts';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import type { TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { CellColumn } from './column.ts';

/** `_lsn`: an int64 column that the host writes at every change, as a number below 2^53 so that no bigint is made. */
export class LsnColumn extends CellColumn<Int32Array<SharedArrayBuffer>> {
  readonly exactBelow = Infinity;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: LsnColumn) {
    super(schema, memory, Int32Array, 8, from);
  }

  freeze(): LsnColumn {
    return new LsnColumn(this.schema, this.memory, this);
  }

  get(row: number): number {
    return readInt64AsNumber(this.pages[row >>> ROW_BITS]!, (row & ROW_MASK) << 1);
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![(row & ROW_MASK) << 1]!;
  }

  set(row: number, value: number): void {
    writeSafeInt64(this.own(row), (row & ROW_MASK) << 1, value);
    this.noteValue(row, value);
  }

  /** Positions that follow each other, for as many rows from `row` on, on one page. */
  setSequence(row: number, count: number, first: number): void {
    const page = this.own(row);
    for (let i = 0; i < count; i++) writeSafeInt64(page, ((row + i) & ROW_MASK) << 1, first + i);
    this.noteRun(row, count, first, first + count - 1);
  }

  /** A position is a number, though its column's kind has wider values. */
  override hashOfValue(value: number): number {
    return murmur3Int64(value | 0, Math.floor(value / 0x1_0000_0000) | 0, 0);
  }

  override hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    if (count === 0) return;
    const cells = this.pages[rows[0]! >>> ROW_BITS]!;
    for (let i = 0; i < count; i++) {
      const at = (rows[i]! & ROW_MASK) << 1;
      hashes[i] = murmur3Int64(cells[at]!, cells[at + 1]!, 0);
    }
  }

  prefixOf(row: number): number {
    return this.get(row);
  }

  prefixOfValue(value: number): number {
    return value;
  }
}
