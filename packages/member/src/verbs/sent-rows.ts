import { RecordReader } from '@weft/log';
import { ProtocolFault } from '@weft/protocol';
import type { RequestContext } from '../context.ts';
import { openType } from './verb.ts';

/** Rows in one request. */
export const REQUEST_ROWS_MAX = 10_000;

/**
 * The rows of a request, each made when it is asked for: those of a large one would take a whole turn, and live until the last of them is written. Their bytes
 * are copied, since those of a frame are valid only until the first pause. A row that is none is met on the way, when those before it may be written.
 */
export class SentRows implements Iterable<object> {
  readonly count: number;
  readonly #context: RequestContext;
  readonly #bytes: Uint8Array;

  get bytes(): number {
    return this.#bytes.length;
  }

  /** Throws ProtocolFault and DamagedRecord. */
  constructor(context: RequestContext, reader: RecordReader) {
    this.count = reader.u32();
    if (this.count > REQUEST_ROWS_MAX) throw new ProtocolFault(`a request has ${this.count} rows`);
    this.#context = context;
    this.#bytes = reader.raw(reader.rest);
  }

  *[Symbol.iterator](): Generator<object, undefined> {
    const { form } = openType(this.#context);
    const reader = new RecordReader(this.#bytes);
    for (let i = 0; i < this.count; i++) yield form.readInputRow(reader);
  }
}
