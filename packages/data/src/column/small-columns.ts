import { assert, murmur3Int64, murmur3String } from '@weft/base';
import { dateOfDays, daysOfDate } from '../kind/date.ts';
import { readUuid, UUID_BYTES, writeUuid } from '../kind/uuid.ts';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import type { TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { CellColumn } from './column.ts';

export class BoolColumn extends CellColumn<Uint8Array<SharedArrayBuffer>> {
  readonly exactBelow = Infinity;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: BoolColumn) {
    super(schema, memory, Uint8Array, 1, from);
  }

  freeze(): BoolColumn {
    return new BoolColumn(this.schema, this.memory, this);
  }

  get(row: number): boolean | undefined {
    return this.nulls !== undefined && this.nulls.has(row)
      ? undefined
      : this.pages[row >>> ROW_BITS]![row & ROW_MASK] === 1;
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  set(row: number, value: boolean | undefined): void {
    this.own(row)[row & ROW_MASK] = value === true ? 1 : 0;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, value ? 1 : 0);
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  prefixOfValue(value: boolean): number {
    return value ? 1 : 0;
  }

  override hashOfValue(value: boolean): number {
    return murmur3Int64(value ? 1 : 0, 0, 0);
  }
}

/** Calendar days, seen as 'YYYY-MM-DD'. */
export class DateColumn extends CellColumn<Int32Array<SharedArrayBuffer>> {
  readonly exactBelow = Infinity;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: DateColumn) {
    super(schema, memory, Int32Array, 4, from);
  }

  freeze(): DateColumn {
    return new DateColumn(this.schema, this.memory, this);
  }

  get(row: number): string | undefined {
    return this.nulls !== undefined && this.nulls.has(row)
      ? undefined
      : dateOfDays(this.pages[row >>> ROW_BITS]![row & ROW_MASK]!);
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  set(row: number, value: string | undefined): void {
    const days = value === undefined ? 0 : daysOfDate(value);
    this.own(row)[row & ROW_MASK] = days;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, days);
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  prefixOfValue(value: string): number {
    return daysOfDate(value);
  }

  override hashOfValue(value: string): number {
    const days = daysOfDate(value);
    return murmur3Int64(days, days >> 31, 0);
  }
}

/** A member of a declared set: the cell is its position there. */
export class EnumColumn extends CellColumn<Uint8Array<SharedArrayBuffer> | Uint16Array<SharedArrayBuffer>> {
  readonly exactBelow = Infinity;
  #members: readonly string[];
  #codes: ReadonlyMap<string, number>;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: EnumColumn) {
    assert(schema.kind.name === 'enum', 'an enum column has members');
    const { members } = schema.kind;
    const wide = members.length > 256;
    super(schema, memory, wide ? Uint16Array : (Uint8Array as never), wide ? 2 : 1, from);
    this.#members = members;
    this.#codes = from === undefined ? codesOf(members) : from.#codes;
  }

  override redeclare(schema: ColumnSchema): void {
    super.redeclare(schema);
    const { members } = schema.kind as { readonly members: readonly string[] };
    if (members.length === this.#members.length) return;
    this.#members = members;
    this.#codes = codesOf(members);
  }

  freeze(): EnumColumn {
    return new EnumColumn(this.schema, this.memory, this);
  }

  get(row: number): string | undefined {
    return this.nulls !== undefined && this.nulls.has(row)
      ? undefined
      : this.#members[this.pages[row >>> ROW_BITS]![row & ROW_MASK]!];
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  set(row: number, value: string | undefined): void {
    const code = value === undefined ? 0 : this.#codes.get(value)!;
    this.own(row)[row & ROW_MASK] = code;
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, code);
  }

  override equals(row: number, value: unknown): boolean {
    return this.get(row) === value;
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  prefixOfValue(value: string): number {
    return this.#codes.get(value)!;
  }

  override hashOfValue(value: string): number {
    return murmur3String(value, 0);
  }
}

function codesOf(members: readonly string[]): ReadonlyMap<string, number> {
  return new Map(members.map((member, code) => [member, code]));
}

export class UuidColumn extends CellColumn<Uint8Array<SharedArrayBuffer>> {
  readonly exactBelow = 0;

  constructor(schema: ColumnSchema, memory: TableMemory, from?: UuidColumn) {
    super(schema, memory, Uint8Array, UUID_BYTES, from);
  }

  freeze(): UuidColumn {
    return new UuidColumn(this.schema, this.memory, this);
  }

  get(row: number): string | undefined {
    if (this.nulls !== undefined && this.nulls.has(row)) return undefined;
    return readUuid(this.pages[row >>> ROW_BITS]!, (row & ROW_MASK) * UUID_BYTES);
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![(row & ROW_MASK) * UUID_BYTES]!;
  }

  set(row: number, value: string | undefined): void {
    const page = this.own(row);
    const at = (row & ROW_MASK) * UUID_BYTES;
    if (value === undefined) {
      page.fill(0, at, at + UUID_BYTES);
      this.markNull(row);
      return;
    }
    writeUuid(page, at, value);
    this.noteValue(row, this.#prefixAt(row));
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : this.#prefixAt(row);
  }

  prefixOfValue(value: string): number {
    return Number.parseInt(value.slice(0, 8) + value.slice(9, 13), 16);
  }

  #prefixAt(row: number): number {
    const page = this.pages[row >>> ROW_BITS]!;
    const at = (row & ROW_MASK) * UUID_BYTES;
    let prefix = 0;
    for (let i = 0; i < 6; i++) prefix = prefix * 256 + page[at + i]!;
    return prefix;
  }
}
