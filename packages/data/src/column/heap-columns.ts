import type { Heap } from '../memory/heap.ts';
import { ROW_BITS, ROW_MASK } from '../memory/layout.ts';
import type { TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema, ScalarKind } from '../type/schema.ts';
import { arrayBytes, decodeArray, encodeArray } from '../value/array-codec.ts';
import { CellColumn } from './column.ts';
import { bytesPrefix } from './text-prefix.ts';

/** What columns of refs share: the value lies in the table's heap. */
abstract class HeapColumn extends CellColumn<Uint32Array<SharedArrayBuffer>> {
  readonly exactBelow = 0;
  protected readonly heap: Heap;

  constructor(schema: ColumnSchema, memory: TableMemory, heap: Heap, from?: HeapColumn) {
    super(schema, memory, Uint32Array, 4, from);
    this.heap = heap;
  }

  /** Stores a value that is there. */
  protected abstract put(value: unknown): number;
  /** Stores it in place of the one that a ref names. The ref, perhaps a new one. */
  protected abstract putOver(ref: number, value: unknown): number;

  set(row: number, value: unknown): void {
    this.own(row)[row & ROW_MASK] = value === undefined ? 0 : this.put(value);
    if (value === undefined) this.markNull(row);
    else this.noteValue(row, this.prefixOfValue(value));
  }

  /** Each row holds a value of its own in the heap. */
  override canFill(value: unknown): boolean {
    return value === undefined;
  }

  override touch(row: number): number {
    return this.pages[row >>> ROW_BITS]![row & ROW_MASK]!;
  }

  override heldBytes(row: number): number {
    const ref = this.refOf(row);
    return ref < 0 ? 0 : this.heap.lengthOf(ref);
  }

  override replace(row: number, value: unknown): void {
    const old = this.refOf(row);
    if (old < 0 || value === undefined) {
      this.set(row, value);
      if (old >= 0) this.heap.release(old);
      return;
    }
    const ref = this.putOver(old, value);
    if (ref !== old) this.own(row)[row & ROW_MASK] = ref;
    this.noteValue(row, this.prefixOfValue(value));
  }

  override overwrites(row: number, bytes: number): boolean {
    const ref = this.refOf(row);
    return ref >= 0 && this.heap.canOverwrite(ref, bytes);
  }

  override remove(row: number): void {
    const ref = this.refOf(row);
    if (ref >= 0) this.heap.release(ref);
    super.remove(row);
  }

  /** Moves the row's value out of a sparse heap page. Bytes moved. */
  compact(row: number, isVictim: (page: number) => boolean): number {
    const ref = this.refOf(row);
    if (ref < 0 || !isVictim(ref >>> 16)) return 0;
    const bytes = this.heap.lengthOf(ref);
    this.own(row)[row & ROW_MASK] = this.heap.move(ref);
    return bytes;
  }

  prefixOf(row: number): number {
    return this.isNull(row) ? Infinity : 0;
  }

  prefixOfValue(_value: unknown): number {
    return 0;
  }

  /** The ref that a row holds, -1 where it holds none. */
  protected refOf(row: number): number {
    return this.isNull(row) ? -1 : this.pages[row >>> ROW_BITS]![row & ROW_MASK];
  }
}

export class BytesColumn extends HeapColumn {
  constructor(schema: ColumnSchema, memory: TableMemory, heap: Heap, from?: BytesColumn) {
    super(schema, memory, heap, from);
  }

  freeze(heap: Heap): BytesColumn {
    return new BytesColumn(this.schema, this.memory, heap, this);
  }

  get(row: number): Uint8Array | undefined {
    const ref = this.refOf(row);
    return ref < 0 ? undefined : new Uint8Array(this.heap.view(ref));
  }

  override prefixOf(row: number): number {
    const ref = this.refOf(row);
    return ref < 0 ? Infinity : bytesPrefix(this.heap.view(ref));
  }

  override prefixOfValue(value: Uint8Array): number {
    return bytesPrefix(value);
  }

  protected put(value: Uint8Array): number {
    return this.heap.putBytes(value);
  }

  protected putOver(ref: number, value: Uint8Array): number {
    return this.heap.replaceBytes(ref, value);
  }
}

/** JSON, kept as its text. */
export class JsonColumn extends HeapColumn {
  freeze(heap: Heap): JsonColumn {
    return new JsonColumn(this.schema, this.memory, heap, this);
  }

  get(row: number): unknown {
    const ref = this.refOf(row);
    return ref < 0 ? undefined : JSON.parse(this.heap.text(ref));
  }

  protected put(value: unknown): number {
    return this.heap.putText(JSON.stringify(value));
  }

  protected putOver(ref: number, value: unknown): number {
    return this.heap.replaceText(ref, JSON.stringify(value));
  }
}

export class ArrayColumn extends HeapColumn {
  readonly #element: ScalarKind;

  constructor(schema: ColumnSchema, memory: TableMemory, heap: Heap, from?: ArrayColumn) {
    super(schema, memory, heap, from);
    this.#element = (schema.kind as { element: ScalarKind }).element;
  }

  freeze(heap: Heap): ArrayColumn {
    return new ArrayColumn(this.schema, this.memory, heap, this);
  }

  get(row: number): readonly unknown[] | undefined {
    const ref = this.refOf(row);
    if (ref < 0) return undefined;
    const bytes = this.heap.view(ref);
    return decodeArray(this.#element, bytes, 0, bytes.length);
  }

  protected put(value: readonly unknown[]): number {
    return this.heap.putBytes(this.#encode(value));
  }

  protected putOver(ref: number, value: readonly unknown[]): number {
    return this.heap.replaceBytes(ref, this.#encode(value));
  }

  #encode(value: readonly unknown[]): Uint8Array {
    const bytes = new Uint8Array(arrayBytes(this.#element, value));
    encodeArray(this.#element, value, bytes, 0);
    return bytes;
  }
}
