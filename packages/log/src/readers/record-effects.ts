import { WeftError } from '@weft/base';
import { passAnswer, readEffect, readParts } from '../record/read-record.ts';
import { DamagedRecord, RecordReader } from '../record/record-reader.ts';
import { HEADER_BYTES, KINDS, type Effect } from '../record/record.ts';
import type { TypeNumbers } from '../record/type-numbers.ts';
import type { RingPlace } from '../ring/record-ring.ts';

/** Shows an effect, and how many bytes of its record it takes; whether to go on. */
export type VisitEffect = (effect: Effect, bytes: number) => boolean;

/** Reads the effects of records whose checksum is right, or that were never elsewhere, and of those only what somebody wants. */
export class RecordEffects {
  readonly #types: TypeNumbers;
  #bytes: Uint8Array | undefined;
  #view: DataView | undefined;
  #reader: RecordReader | undefined;

  constructor(types: TypeNumbers) {
    this.#types = types;
  }

  /**
   * Shows the effects of a record one by one, until `visit` says false. `wants`: names of types; effects of others may be left out.
   * Throws JOURNAL_DAMAGED, and what `visit` throws.
   */
  each(place: RingPlace, wants: ReadonlySet<string> | ReadonlyMap<string, unknown>, visit: VisitEffect): void {
    try {
      this.#each(place, wants, visit);
    } catch (error) {
      throw error instanceof DamagedRecord ? damaged(place, error) : error;
    }
  }

  #each(place: RingPlace, wants: ReadonlySet<string> | ReadonlyMap<string, unknown>, visit: VisitEffect): void {
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
      const { at } = reader;
      const effect = readEffect(reader, lsn, this.#types);
      if (!visit(effect, reader.at - at)) return;
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

function damaged({ bytes, start }: RingPlace, error: DamagedRecord): WeftError {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const partition = view.getUint16(12, true);
  const lsn = view.getUint32(16, true) + view.getUint32(20, true) * 0x1_0000_0000;
  return new WeftError(
    'JOURNAL_DAMAGED',
    `The log of partition ${partition} does not read at lsn ${lsn}: ${error.message}.`,
    {
      hint: 'What was changed there is lost to subscribers: subscribe anew with initial: true. If it happens again, the memory of this machine may be at fault.',
      details: { partition, lsn },
      cause: error,
    },
  );
}
