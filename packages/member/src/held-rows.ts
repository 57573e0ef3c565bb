import { WeftError } from '@weft/base';
import type { SharedPart } from './shared-bytes.ts';

/** Rows that one session may have brought for calls that are not written yet. */
export const HELD_ROWS_MAX = 200_000;
/** Bytes of these rows, as they came. */
export const HELD_BYTES_MAX = 256 * 1024 * 1024;
/** The same of all sessions of a host: past it, who holds more than an equal share brings no more. */
export const HOST_HELD_BYTES_MAX = 512 * 1024 * 1024;
/** What the rows of a request take beside their bytes. */
const PART_BYTES = 512;

/** Rows that came in one request. */
export type RowsOfRequest = Iterable<object> & { readonly count: number; readonly bytes: number };

/** Rows of calls that are written whole or not at all, and do not come in one request. They are gone with their session. */
export class HeldRows {
  readonly #uploads = new Map<number, RowsOfRequest[]>();
  /** Bytes, in the account of the host. */
  readonly #part: SharedPart;
  #rows = 0;

  constructor(part: SharedPart) {
    this.#part = part;
  }

  /** Throws BATCH_TOO_LARGE, OVERLOADED. */
  add(type: string, number: number, rows: RowsOfRequest): void {
    const { count, bytes } = rows;
    if (this.#rows + count > HELD_ROWS_MAX) throw tooLarge(type, `HELD_ROWS_MAX, ${HELD_ROWS_MAX}, rows`);
    if (this.#part.bytes + bytes > HELD_BYTES_MAX) throw tooLarge(type, `HELD_BYTES_MAX, ${HELD_BYTES_MAX}, bytes`);
    if (this.#part.isPastShare)
      throw new WeftError(
        'OVERLOADED',
        `${type}.writeMany: the host holds HOST_HELD_BYTES_MAX, ${HOST_HELD_BYTES_MAX}, bytes of rows of calls with onError: 'all'.`,
        { details: { type } },
      );
    // Calls without rows would be held without a bound.
    if (count === 0) return;
    const upload = this.#uploads.get(number) ?? [];
    upload.push(rows);
    this.#rows += count;
    this.#part.add(bytes + PART_BYTES);
    this.#uploads.set(number, upload);
  }

  take(number: number): readonly RowsOfRequest[] {
    const upload = this.#uploads.get(number) ?? [];
    this.drop(number);
    return upload;
  }

  drop(number: number): void {
    for (const { count, bytes } of this.#uploads.get(number) ?? []) {
      this.#rows -= count;
      this.#part.add(-bytes - PART_BYTES);
    }
    this.#uploads.delete(number);
  }

  /** The session is over. */
  close(): void {
    this.#uploads.clear();
    this.#rows = 0;
    this.#part.close();
  }
}

function tooLarge(type: string, bound: string): WeftError {
  return new WeftError(
    'BATCH_TOO_LARGE',
    `${type}.writeMany: calls with onError: 'all' of one client hold ${bound} at most together.`,
    { details: { type } },
  );
}
