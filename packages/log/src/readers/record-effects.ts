import { passAnswer, readEffect, readParts } from '../record/read-record.ts';
import { RecordReader } from '../record/record-reader.ts';
import { HEADER_BYTES, KINDS, type Effect } from '../record/record.ts';
import type { TypeNumbers } from '../record/type-numbers.ts';
import type { RingPlace } from '../ring/record-ring.ts';

/** Reads the effects of records that are known to be whole, and of those only what somebody wants. */
export class RecordEffects {
  readonly #types: TypeNumbers;
  #bytes: Uint8Array | undefined;
  #view: DataView | undefined;
  #reader: RecordReader | undefined;

  constructor(types: TypeNumbers) {
    this.#types = types;
  }

  /** Shows the effects of a record one by one, until `visit` says false. `wants`: names of types; effects of others may be left out. */
  each(
    place: RingPlace,
    wants: ReadonlySet<string> | ReadonlyMap<string, unknown>,
    visit: (effect: Effect) => boolean,
  ): void {
    const { start, end } = place;
    const reader = this.#readerOf(place.bytes);
    const view = this.#view!;
    if (place.bytes[start + 9] !== KINDS.effects) return;
    const count = view.getUint32(start + 40, true);
    reader.seek(start + HEADER_BYTES, end);
    const parts = view.getUint16(start + 10, true);
    if (parts !== 0) readParts(reader, parts);
    // The answer to a call that may be repeated concerns no reader.
    if (count === 1 && passAnswer(reader)) return;
    // The length of an effect is not known before it is read, so that only the last one can be passed over.
    if (count === 1 && !wants.has(this.#typeAt(reader))) return;
    const lsn = view.getUint32(start + 16, true) + view.getUint32(start + 20, true) * 0x1_0000_0000;
    for (let i = 0; i < count; i++) {
      if (passAnswer(reader)) continue;
      if (!visit(readEffect(reader, lsn, this.#types))) return;
    }
  }

  #typeAt(reader: RecordReader): string {
    const { at } = reader;
    reader.at += 2;
    reader.varint();
    const { name } = this.#types.at(reader.varint(), reader.varint()).schema;
    reader.at = at;
    return name;
  }

  /** Most records lie in the same chunk as the one before. */
  #readerOf(bytes: Uint8Array): RecordReader {
    if (this.#bytes === bytes && this.#reader !== undefined) return this.#reader;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return (this.#reader = new RecordReader(bytes));
  }
}
