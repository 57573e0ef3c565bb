import { KeyCode, type ColumnSchema, type TypeSchema } from '@weft/data';
import type { RecordBytes } from './record-bytes.ts';
import { DamagedRecord, type RecordReader } from './record-reader.ts';
import { valueCodeOf, type ValueCode } from './value-code.ts';

/** Changes and keys of rows of one declaration, as `RowImage` describes them. */
export class PartImage {
  readonly schema: TypeSchema;
  /** Columns of an image, by place. */
  readonly columns: readonly ColumnSchema[];
  readonly keyCode: KeyCode;
  protected readonly codes: readonly ValueCode[];
  protected readonly bitmapBytes: number;
  readonly #keyCodes: readonly ValueCode[];
  readonly #placeOf: readonly number[];
  readonly #keyFixedBytes: number;

  constructor(schema: TypeSchema) {
    this.schema = schema;
    this.keyCode = new KeyCode(schema);
    this.columns = schema.columns.filter(({ role }) => role !== 'slot' && role !== 'lsn');
    this.#placeOf = schema.columns.map((column) => this.columns.indexOf(column));
    this.bitmapBytes = Math.ceil(this.columns.length / 8);
    this.codes = this.columns.map(({ kind }) => valueCodeOf(kind));
    this.#keyCodes = this.keyCode.columns.map(({ kind }) => valueCodeOf(kind));
    this.#keyFixedBytes = this.#keyCodes.reduce((sum, { fixedBytes }) => sum + fixedBytes, 0);
  }

  /** Bytes at most that `writeChanges` takes. */
  changesBytes(ordinals: readonly number[], values: readonly unknown[]): number {
    let bytes = 2 * this.bitmapBytes;
    for (let i = 0; i < ordinals.length; i++) {
      const code = this.codes[this.#placeOf[ordinals[i]]];
      if (values[i] !== undefined) bytes += code.fixedBytes + (code.extraBytes?.(values[i]) ?? 0);
    }
    return bytes;
  }

  /** `values` are those of the columns at `ordinals`. */
  writeChanges(target: RecordBytes, ordinals: readonly number[], values: readonly unknown[]): void {
    const { bytes } = target;
    const changed = target.at;
    const present = changed + this.bitmapBytes;
    target.at = present + this.bitmapBytes;
    // A loop: a call to fill some bytes takes longer.
    for (let at = changed; at < target.at; at++) bytes[at] = 0;
    let last = -1;
    let isInOrder = true;
    for (let i = 0; i < ordinals.length; i++) {
      const place = this.#placeOf[ordinals[i]];
      if (place <= last) isInOrder = false;
      last = place;
      bytes[changed + (place >>> 3)] |= 1 << (place & 7);
      if (values[i] !== undefined) bytes[present + (place >>> 3)] |= 1 << (place & 7);
    }
    if (isInOrder) {
      for (let i = 0; i < ordinals.length; i++)
        if (values[i] !== undefined) this.codes[this.#placeOf[ordinals[i]]].write(target, values[i]);
      return;
    }
    // In the order of the columns, whatever that of the call.
    for (let place = 0; place < this.columns.length; place++) {
      const at = ordinals.indexOf(this.columns[place].ordinal);
      if (at >= 0 && values[at] !== undefined) this.codes[place].write(target, values[at]);
    }
  }

  readChanges(reader: RecordReader): { readonly ordinals: readonly number[]; readonly values: readonly unknown[] } {
    const changed = this.#bitmap(reader);
    const present = this.#bitmap(reader);
    const ordinals: number[] = [];
    const values: unknown[] = [];
    for (let place = 0; place < this.columns.length; place++) {
      if (!isSet(changed, place)) {
        if (isSet(present, place)) throw new DamagedRecord('a column that did not change has a value');
        continue;
      }
      ordinals.push(this.columns[place].ordinal);
      values.push(isSet(present, place) ? this.codes[place].read(reader) : undefined);
    }
    return { ordinals, values };
  }

  /** Bytes at most that `writeKey` takes. */
  keyBytes(key: unknown): number {
    let bytes = this.#keyFixedBytes;
    const parts = this.#partsOf(key);
    for (let i = 0; i < parts.length; i++) bytes += this.#keyCodes[i].extraBytes?.(parts[i]) ?? 0;
    return bytes;
  }

  writeKey(target: RecordBytes, key: unknown): void {
    const parts = this.#partsOf(key);
    for (let i = 0; i < parts.length; i++) this.#keyCodes[i].write(target, parts[i]);
  }

  /** The key as `KeyCode.of` makes it. */
  readKey(reader: RecordReader): unknown {
    const parts = this.#keyCodes.map((code) => code.read(reader));
    return parts.length === 1 ? parts[0] : parts;
  }

  #partsOf(key: unknown): readonly unknown[] {
    return this.#keyCodes.length === 1 ? [key] : (key as readonly unknown[]);
  }

  #bitmap(reader: RecordReader): Uint8Array {
    const bits = reader.raw(this.bitmapBytes);
    const unused = this.bitmapBytes * 8 - this.columns.length;
    if (unused > 0 && bits[this.bitmapBytes - 1] >>> (8 - unused) !== 0) tooMany();
    return bits;
  }
}

function isSet(bits: Uint8Array, place: number): boolean {
  return (bits[place >>> 3] & (1 << (place & 7))) !== 0;
}

export function tooMany(): never {
  throw new DamagedRecord('an image has more columns than its declaration');
}
