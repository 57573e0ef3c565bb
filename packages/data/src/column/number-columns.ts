import { murmur3Int64 } from '@weft/base';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import type { PageView, TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { CellColumn } from './column.ts';
import type { ValueRun } from './value-run.ts';

/*
 * One class per cell type, each with its own get and set although they read alike: the engine compiles a body shared by
 * all element types for the general case, which costs several times as much per cell.
 */

/** Values that stand in the batch as numbers. */
type Numbers = ValueRun & { readonly data: ArrayLike<number> };

function isNumbers(run: ValueRun): run is Numbers {
  return run.isComplete && run.values === undefined;
}

/** What number columns share: their value is its own prefix. */
abstract class NumberColumn<V extends PageView> extends CellColumn<V> {
  readonly exactBelow = Infinity;

  abstract override get(row: number): number | undefined;

  override equals(row: number, value: unknown): boolean {
    return this.get(row) === value;
  }

  override compareTo(row: number, value: number): number {
    return this.get(row)! - value;
  }

  prefixOf(row: number): number {
    return this.get(row) ?? Infinity;
  }

  prefixOfValue(value: number): number {
    return value;
  }
}

export class Int16Column extends NumberColumn<Int16Array<SharedArrayBuffer>> {
  constructor(schema: ColumnSchema, memory: TableMemory, from?: Int16Column) {
    super(schema, memory, Int16Array, 2, from);
  }

  freeze(): Int16Column {
    return new Int16Column(this.schema, this.memory, this);
  }

  get(row: number): number | undefined {
    return this.nulls !== undefined && this.nulls.has(row) ? undefined : this.pages[row >>> ROW_BITS]![row & ROW_MASK];
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  set(row: number, value: number | undefined): void {
    this.own(row)[row & ROW_MASK] = value ?? 0;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, value);
  }

  override setRun(row: number, run: ValueRun, picks: Int32Array): void {
    if (!isNumbers(run)) return super.setRun(row, run, picks);
    const { data } = run;
    const page = this.own(row);
    const first = row & ROW_MASK;
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < picks.length; i++) {
      const value = data[picks[i]!]!;
      page[first + i] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.noteRun(row, picks.length, min, max);
  }

  override hashOfValue(value: number): number {
    return murmur3Int64(value, value >> 31, 0);
  }

  override hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    if (this.nulls !== undefined || count === 0) return super.hashRows(rows, count, hashes);
    const cells = this.pages[rows[0]! >>> ROW_BITS]!;
    for (let i = 0; i < count; i++) {
      const value = cells[rows[i]! & ROW_MASK]!;
      hashes[i] = murmur3Int64(value, value >> 31, 0);
    }
  }
}

export class Int32Column extends NumberColumn<Int32Array<SharedArrayBuffer>> {
  constructor(schema: ColumnSchema, memory: TableMemory, from?: Int32Column) {
    super(schema, memory, Int32Array, 4, from);
  }

  freeze(): Int32Column {
    return new Int32Column(this.schema, this.memory, this);
  }

  get(row: number): number | undefined {
    return this.nulls !== undefined && this.nulls.has(row) ? undefined : this.pages[row >>> ROW_BITS]![row & ROW_MASK];
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  set(row: number, value: number | undefined): void {
    this.own(row)[row & ROW_MASK] = value ?? 0;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, value);
  }

  override setRun(row: number, run: ValueRun, picks: Int32Array): void {
    if (!isNumbers(run)) return super.setRun(row, run, picks);
    const { data } = run;
    const page = this.own(row);
    const first = row & ROW_MASK;
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < picks.length; i++) {
      const value = data[picks[i]!]!;
      page[first + i] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.noteRun(row, picks.length, min, max);
  }

  override hashOfValue(value: number): number {
    return murmur3Int64(value, value >> 31, 0);
  }

  override hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    if (this.nulls !== undefined || count === 0) return super.hashRows(rows, count, hashes);
    const cells = this.pages[rows[0]! >>> ROW_BITS]!;
    for (let i = 0; i < count; i++) {
      const value = cells[rows[i]! & ROW_MASK]!;
      hashes[i] = murmur3Int64(value, value >> 31, 0);
    }
  }
}

export class Float32Column extends NumberColumn<Float32Array<SharedArrayBuffer>> {
  constructor(schema: ColumnSchema, memory: TableMemory, from?: Float32Column) {
    super(schema, memory, Float32Array, 4, from);
  }

  freeze(): Float32Column {
    return new Float32Column(this.schema, this.memory, this);
  }

  get(row: number): number | undefined {
    return this.nulls !== undefined && this.nulls.has(row) ? undefined : this.pages[row >>> ROW_BITS]![row & ROW_MASK];
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  set(row: number, value: number | undefined): void {
    this.own(row)[row & ROW_MASK] = value ?? 0;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, value);
  }

  override setRun(row: number, run: ValueRun, picks: Int32Array): void {
    if (!isNumbers(run)) return super.setRun(row, run, picks);
    const { data } = run;
    const page = this.own(row);
    const first = row & ROW_MASK;
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < picks.length; i++) {
      const value = data[picks[i]!]!;
      page[first + i] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.noteRun(row, picks.length, min, max);
  }

  override hashOfValue(value: number): number {
    return hashOfFloat(value);
  }

  override hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    if (this.nulls !== undefined || count === 0) return super.hashRows(rows, count, hashes);
    const cells = this.pages[rows[0]! >>> ROW_BITS]!;
    for (let i = 0; i < count; i++) {
      hashes[i] = hashOfFloat(cells[rows[i]! & ROW_MASK]!);
    }
  }
}

export class Float64Column extends NumberColumn<Float64Array<SharedArrayBuffer>> {
  constructor(schema: ColumnSchema, memory: TableMemory, from?: Float64Column) {
    super(schema, memory, Float64Array, 8, from);
  }

  freeze(): Float64Column {
    return new Float64Column(this.schema, this.memory, this);
  }

  get(row: number): number | undefined {
    return this.nulls !== undefined && this.nulls.has(row) ? undefined : this.pages[row >>> ROW_BITS]![row & ROW_MASK];
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  set(row: number, value: number | undefined): void {
    this.own(row)[row & ROW_MASK] = value ?? 0;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, value);
  }

  override setRun(row: number, run: ValueRun, picks: Int32Array): void {
    if (!isNumbers(run)) return super.setRun(row, run, picks);
    const { data } = run;
    const page = this.own(row);
    const first = row & ROW_MASK;
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < picks.length; i++) {
      const value = data[picks[i]!]!;
      page[first + i] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.noteRun(row, picks.length, min, max);
  }

  override hashOfValue(value: number): number {
    return hashOfFloat(value);
  }

  override hashRows(rows: Int32Array, count: number, hashes: Int32Array): void {
    if (this.nulls !== undefined || count === 0) return super.hashRows(rows, count, hashes);
    const cells = this.pages[rows[0]! >>> ROW_BITS]!;
    for (let i = 0; i < count; i++) {
      hashes[i] = hashOfFloat(cells[rows[i]! & ROW_MASK]!);
    }
  }
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** Floats are no routing values; their hash serves indexes only and is no part of any format. */
function hashOfFloat(value: number): number {
  double[0] = value;
  return murmur3Int64(halves[0]!, halves[1]!, 0);
}
