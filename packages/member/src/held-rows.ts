import { WeftError } from '@weft/base';

/** Rows that one session may have brought for calls that are not written yet. */
export const HELD_ROWS_MAX = 200_000;
/** Bytes of these rows, as they came. */
export const HELD_BYTES_MAX = 256 * 1024 * 1024;

/** Rows of one call. */
interface Upload {
  readonly rows: object[];
  bytes: number;
}

/** Rows of calls that are written whole or not at all, and do not come in one request. They are gone with their session. */
export class HeldRows {
  static readonly #bySession = new WeakMap<object, HeldRows>();
  readonly #uploads = new Map<number, Upload>();
  #rows = 0;
  #bytes = 0;

  static of(session: object): HeldRows {
    let held = HeldRows.#bySession.get(session);
    if (held === undefined) HeldRows.#bySession.set(session, (held = new HeldRows()));
    return held;
  }

  /** `bytes`: of the rows, as they came. Throws BATCH_TOO_LARGE. */
  add(type: string, number: number, rows: Iterable<object> & { readonly count: number; readonly bytes: number }): void {
    const { count, bytes } = rows;
    if (this.#rows + count > HELD_ROWS_MAX) throw tooLarge(type, `HELD_ROWS_MAX, ${HELD_ROWS_MAX}, rows`);
    if (this.#bytes + bytes > HELD_BYTES_MAX) throw tooLarge(type, `HELD_BYTES_MAX, ${HELD_BYTES_MAX}, bytes`);
    // Calls without rows would be held without a bound.
    if (count === 0) return;
    const upload = this.#uploads.get(number) ?? { rows: [], bytes: 0 };
    for (const row of rows) upload.rows.push(row);
    this.#rows += count;
    this.#bytes += bytes;
    upload.bytes += bytes;
    this.#uploads.set(number, upload);
  }

  take(number: number): readonly object[] {
    const rows = this.#uploads.get(number)?.rows ?? [];
    this.drop(number);
    return rows;
  }

  drop(number: number): void {
    const upload = this.#uploads.get(number);
    if (upload === undefined) return;
    this.#rows -= upload.rows.length;
    this.#bytes -= upload.bytes;
    this.#uploads.delete(number);
  }
}

function tooLarge(type: string, bound: string): WeftError {
  return new WeftError(
    'BATCH_TOO_LARGE',
    `${type}.writeMany: calls with onError: 'all' of one client hold ${bound} at most together.`,
    { details: { type } },
  );
}
