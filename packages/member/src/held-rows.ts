import { WeftError } from '@weft/base';

/** Rows that one session may have brought for calls that are not written yet. */
export const HELD_ROWS_MAX = 200_000;

/** Rows of calls that are written whole or not at all, and do not come in one request. They are gone with their session. */
export class HeldRows {
  static readonly #bySession = new WeakMap<object, HeldRows>();
  readonly #uploads = new Map<unknown, object[]>();
  #rows = 0;

  static of(session: object): HeldRows {
    let held = HeldRows.#bySession.get(session);
    if (held === undefined) HeldRows.#bySession.set(session, (held = new HeldRows()));
    return held;
  }

  /** Throws BATCH_TOO_LARGE. */
  add(type: string, upload: unknown, rows: readonly object[]): void {
    if (this.#rows + rows.length > HELD_ROWS_MAX)
      throw new WeftError(
        'BATCH_TOO_LARGE',
        `${type}.writeMany: calls with onError: 'all' of one client hold HELD_ROWS_MAX, ${HELD_ROWS_MAX}, rows at most together.`,
        { details: { type } },
      );
    this.#rows += rows.length;
    const held = this.#uploads.get(upload);
    if (held === undefined) this.#uploads.set(upload, [...rows]);
    else for (const row of rows) held.push(row);
  }

  take(upload: unknown): readonly object[] {
    const held = this.#uploads.get(upload) ?? [];
    this.drop(upload);
    return held;
  }

  drop(upload: unknown): void {
    this.#rows -= this.#uploads.get(upload)?.length ?? 0;
    this.#uploads.delete(upload);
  }
}
