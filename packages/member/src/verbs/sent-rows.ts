import { UnreadRow } from '@weft/client';
import type { RowValues } from '@weft/data';
import { RecordReader } from '@weft/log';
import { ProtocolFault, type RowForm } from '@weft/protocol';
import type { RequestContext } from '../context.ts';
import { isFault, malformed } from '../request-fault.ts';
import { openType } from './verb.ts';

/** Rows in one request. */
export const REQUEST_ROWS_MAX = 10_000;

/**
 * The rows of a request, each read when it is its turn: all of a large one would take a whole turn. Their bytes are copied, since those of a frame are valid only
 * until the first pause. A row that is none is met on the way, when those before it may be written.
 */
export class SentRows implements Iterable<SentRow> {
  readonly count: number;
  readonly #form: RowForm;
  readonly #bytes: Uint8Array;

  get bytes(): number {
    return this.#bytes.length;
  }

  /** Throws ProtocolFault and DamagedRecord. */
  constructor(context: RequestContext, reader: RecordReader) {
    this.count = reader.u32();
    if (this.count > REQUEST_ROWS_MAX) throw new ProtocolFault(`a request has ${this.count} rows`);
    this.#form = openType(context).form;
    this.#bytes = reader.raw(reader.rest);
  }

  /** Each row is valid until the next: it is the same one, which moves on. */
  *[Symbol.iterator](): Generator<SentRow, undefined> {
    const row = new SentRow(this.#form, this.#bytes);
    for (let i = 0; i < this.count; i++) {
      yield row;
      row.moveOn();
    }
  }
}

/** One row of a request, in its bytes. */
class SentRow extends UnreadRow {
  readonly #form: RowForm;
  readonly #bytes: Uint8Array;
  readonly #reader: RecordReader;
  #start = 0;
  #isRead = false;

  constructor(form: RowForm, bytes: Uint8Array) {
    super();
    this.#form = form;
    this.#bytes = bytes;
    this.#reader = new RecordReader(bytes);
  }

  readInto(values: RowValues): void {
    this.#reader.seek(this.#start, this.#bytes.length);
    try {
      this.#form.readInput(this.#reader, values);
    } catch (error) {
      throw told(error);
    }
    this.#isRead = true;
  }

  toObject(): object {
    return this.#form.readInputRow(new RecordReader(this.#bytes, this.#start, this.#bytes.length));
  }

  /** To the next. One that was refused was not read to its end, which is found by reading it as it is. */
  moveOn(): void {
    if (!this.#isRead) this.#pass();
    this.#start = this.#reader.at;
    this.#isRead = false;
  }

  #pass(): void {
    try {
      this.#form.readInputRow(this.#reader.seek(this.#start, this.#bytes.length));
    } catch (error) {
      throw told(error);
    }
  }
}

/** Rows before may be written by now: what is wrong with one is an error of the call, which says how many. */
function told(error: unknown): unknown {
  return isFault(error) ? malformed(error) : error;
}
