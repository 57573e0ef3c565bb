import { murmur3 } from '@weft/base';
import { SLOTS, type Column, type RowValues, type TypeSchema } from '@weft/data';
import { RecordBytes, RowImage } from '@weft/log';

/**
 * What the rows of a type are, slot by slot: the sum of a hash of each row, its values, version, expiry and lsn. It depends neither on the order in
 * which rows came nor on where they lie, and one row can be added or taken out.
 */
export class SlotDigests {
  readonly sums = new Uint32Array(SLOTS);
  readonly counts = new Uint32Array(SLOTS);

  add(slot: number, hash: number): void {
    this.sums[slot] += hash;
    this.counts[slot]++;
  }

  remove(slot: number, hash: number): void {
    this.sums[slot] -= hash;
    this.counts[slot]--;
  }

  clear(): void {
    this.sums.fill(0);
    this.counts.fill(0);
  }

  /** The first slot in which the two differ, −1 where they are equal. */
  differenceFrom(other: SlotDigests): number {
    return this.sums.findIndex((sum, slot) => sum !== other.sums[slot] || this.counts[slot] !== other.counts[slot]);
  }
}

const SCRATCH_BYTES_MIN = 1 << 16;
const LSN_BYTES = 8;

/** Hashes rows of one declaration: their form in records, behind their lsn. */
export class RowHash {
  readonly #image: RowImage;
  readonly #lsn: number;
  #scratch = new RecordBytes(SCRATCH_BYTES_MIN);

  constructor(schema: TypeSchema) {
    this.#image = new RowImage(schema);
    this.#lsn = schema.columns.findIndex(({ role }) => role === 'lsn');
  }

  /** Of a row by ordinal, its lsn included. */
  of(values: RowValues): number {
    const bytes = LSN_BYTES + this.#image.wholeBytes(values);
    if (this.#scratch.bytes.length < bytes) this.#scratch = new RecordBytes(2 * bytes);
    const scratch = this.#scratch;
    scratch.at = 0;
    scratch.integer(values[this.#lsn] as number);
    this.#image.writeWhole(scratch, values);
    return murmur3(scratch.bytes, 0, scratch.at, 0);
  }

  /** Of a row of a table. */
  ofRow(columns: readonly Column[], row: number): number {
    return this.of(columns.map((column) => column.get(row)));
  }
}
