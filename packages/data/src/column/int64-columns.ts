import { murmur3Int64 } from '@weft/base';
import { highHalf, lowHalf } from '../kind/int64.ts';
import { microsOfLocal, readLocal, writeLocal } from '../kind/local-timestamp.ts';
import { microsOfMillis, readMillis, writeMillis } from '../kind/timestamp.ts';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import type { TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { CellColumn } from './column.ts';
import type { ValueRun } from './value-run.ts';

/**
 * Columns of 64-bit cells. Their prefix is the double nearest to the integer, so equal prefixes say nothing about values
 * beyond 2^53.
 */

export class Int64Column extends CellColumn<BigInt64Array<SharedArrayBuffer>> {
  readonly exactBelow = 2 ** 53;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: Int64Column) {
    super(schema, memory, BigInt64Array, 8, from);
  }

  freeze(): Int64Column {
    return new Int64Column(this.schema, this.memory, this);
  }

  get(row: number): bigint | undefined {
    return this.nulls !== undefined && this.nulls.has(row) ? undefined : this.pages[row >>> ROW_BITS]![row & ROW_MASK];
  }

  set(row: number, value: bigint | undefined): void {
    this.own(row)[row & ROW_MASK] = value ?? 0n;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, Number(value));
  }

  override equals(row: number, value: unknown): boolean {
    return this.get(row) === value;
  }

  prefixOf(row: number): number {
    const value = this.get(row);
    return value === undefined ? Infinity : Number(value);
  }

  prefixOfValue(value: bigint): number {
    return Number(value);
  }

  override hashOfValue(value: bigint): number {
    return murmur3Int64(lowHalf(value), highHalf(value), 0);
  }
}

/** Decimals of up to 18 digits: the cell is the unscaled value. */
export class DecimalColumn extends CellColumn<BigInt64Array<SharedArrayBuffer>> {
  readonly exactBelow = 2 ** 53;
  readonly #scale: number;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: DecimalColumn) {
    super(schema, memory, BigInt64Array, 8, from);
    this.#scale = schema.kind.name === 'decimal' ? schema.kind.scale : 0;
  }

  freeze(): DecimalColumn {
    return new DecimalColumn(this.schema, this.memory, this);
  }

  get(row: number): Decimal | undefined {
    if (this.nulls !== undefined && this.nulls.has(row)) return undefined;
    return new Decimal(this.pages[row >>> ROW_BITS]![row & ROW_MASK], this.#scale);
  }

  set(row: number, value: Decimal | undefined): void {
    this.own(row)[row & ROW_MASK] = value?.unscaled ?? 0n;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, Number(value.unscaled));
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : Number(this.pages[row >>> ROW_BITS]![row & ROW_MASK]);
  }

  prefixOfValue(value: Decimal): number {
    return Number(value.rescale(this.#scale).unscaled);
  }

  override hashOfValue(value: Decimal): number {
    return murmur3Int64(lowHalf(value.unscaled), highHalf(value.unscaled), 0);
  }
}

const halves = new Int32Array(2);

/** Instants that JavaScript sees as `Date`: milliseconds, stored as microseconds in two halves to make no bigint. */
export class TimestampColumn extends CellColumn<Int32Array<SharedArrayBuffer>> {
  readonly exactBelow = 2 ** 53;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: TimestampColumn) {
    super(schema, memory, Int32Array, 8, from);
  }

  freeze(): TimestampColumn {
    return new TimestampColumn(this.schema, this.memory, this);
  }

  get(row: number): Date | undefined {
    if (this.nulls !== undefined && this.nulls.has(row)) return undefined;
    return new Date(readMillis(this.pages[row >>> ROW_BITS]!, (row & ROW_MASK) << 1));
  }

  /** The instant in milliseconds, without making a `Date`; Infinity where the row has none. */
  millisOf(row: number): number {
    if (this.nulls !== undefined && this.nulls.has(row)) return Infinity;
    return readMillis(this.pages[row >>> ROW_BITS]!, (row & ROW_MASK) << 1);
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![(row & ROW_MASK) << 1]!;
  }

  set(row: number, value: Date | undefined): void {
    const millis = value === undefined ? 0 : value.getTime();
    writeMillis(this.own(row), (row & ROW_MASK) << 1, millis);
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, millis * 1000);
  }

  override setRun(row: number, run: ValueRun, picks: Int32Array): void {
    if (!run.isComplete || !run.isMillis || run.values !== undefined) return super.setRun(row, run, picks);
    const data = run.data as ArrayLike<number>;
    const page = this.own(row);
    const first = row & ROW_MASK;
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < picks.length; i++) {
      const millis = data[picks[i]!]!;
      writeMillis(page, (first + i) << 1, millis);
      if (millis < min) min = millis;
      if (millis > max) max = millis;
    }
    this.noteRun(row, picks.length, min * 1000, max * 1000);
  }

  override equals(row: number, value: unknown): boolean {
    if (!(value instanceof Date)) return this.isNull(row) && value === undefined;
    return !this.isNull(row) && this.compareTo(row, value) === 0;
  }

  override compareTo(row: number, value: Date): number {
    return readMillis(this.pages[row >>> ROW_BITS]!, (row & ROW_MASK) << 1) - value.getTime();
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : readMillis(this.pages[row >>> ROW_BITS]!, (row & ROW_MASK) << 1) * 1000;
  }

  prefixOfValue(value: Date): number {
    return value.getTime() * 1000;
  }

  override hashOfValue(value: Date): number {
    const micros = microsOfMillis(value.getTime());
    return murmur3Int64(lowHalf(micros), highHalf(micros), 0);
  }

  override hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    if (this.nulls !== undefined || count === 0) return super.hashRows(rows, count, hashes);
    const cells = this.pages[rows[0]! >>> ROW_BITS]!;
    for (let i = 0; i < count; i++) {
      // What is below a millisecond is no part of the value.
      writeMillis(halves, 0, readMillis(cells, (rows[i]! & ROW_MASK) << 1));
      hashes[i] = murmur3Int64(halves[0]!, halves[1]!, 0);
    }
  }
}

/** Times of no time zone, seen as ISO text. */
export class LocalTimestampColumn extends CellColumn<Int32Array<SharedArrayBuffer>> {
  readonly exactBelow = 2 ** 53;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: LocalTimestampColumn) {
    super(schema, memory, Int32Array, 8, from);
  }

  freeze(): LocalTimestampColumn {
    return new LocalTimestampColumn(this.schema, this.memory, this);
  }

  get(row: number): string | undefined {
    if (this.nulls !== undefined && this.nulls.has(row)) return undefined;
    return readLocal(this.pages[row >>> ROW_BITS]!, (row & ROW_MASK) << 1);
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![(row & ROW_MASK) << 1]!;
  }

  set(row: number, value: string | undefined): void {
    const page = this.own(row);
    const at = (row & ROW_MASK) << 1;
    if (value === undefined) {
      page[at] = page[at + 1] = 0;
      this.markNull(row);
      return;
    }
    writeLocal(page, at, value);
    this.noteValue(row, this.#number(row));
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : this.#number(row);
  }

  prefixOfValue(value: string): number {
    const micros = microsOfLocal(value);
    return highHalf(micros) * 0x1_0000_0000 + (lowHalf(micros) >>> 0);
  }

  override hashOfValue(value: string): number {
    const micros = microsOfLocal(value);
    return murmur3Int64(lowHalf(micros), highHalf(micros), 0);
  }

  #number(row: number): number {
    const page = this.pages[row >>> ROW_BITS]!;
    const at = (row & ROW_MASK) << 1;
    return page[at + 1]! * 0x1_0000_0000 + (page[at]! >>> 0);
  }
}
