import { WeftError } from '@weft/base';
import type { Column, Heap, LiveRows, TypeSchema } from '@weft/data';

/** What a reader needs of a table: the live one within a turn, or a snapshot over many. */
export interface TableView {
  readonly schema: TypeSchema;
  readonly columns: readonly Column[];
  readonly live: LiveRows;
}

/**
 * A table as it was when the snapshot opened. Reading goes on while the table changes; pages that it can reach are copied
 * before they are written. Shared by all statements that may see the same state, and closed by the last.
 */
export class TableSnapshot implements TableView {
  readonly schema: TypeSchema;
  readonly columns: readonly Column[];
  readonly live: LiveRows;
  /** Long values of all columns. */
  readonly heap: Heap;
  readonly epoch: number;
  /** The partition's position when it opened. */
  readonly lsn: number;
  readonly #close: (snapshot: TableSnapshot) => void;
  #readers = 1;
  #isExpired = false;

  constructor(parts: SnapshotParts) {
    this.schema = parts.schema;
    this.columns = parts.columns;
    this.live = parts.live;
    this.heap = parts.heap;
    this.epoch = parts.epoch;
    this.lsn = parts.lsn;
    this.#close = parts.close;
  }

  get isClosed(): boolean {
    return this.#readers === 0 || this.#isExpired;
  }

  retain(): this {
    this.#readers++;
    return this;
  }

  release(): void {
    if (--this.#readers === 0 && !this.#isExpired) this.#close(this);
  }

  /** Takes the pages away from its readers, who find out at their next slice. */
  expire(): void {
    this.#isExpired = true;
    this.#close(this);
  }

  /** Throws SNAPSHOT_TOO_OLD once the pages are gone. Called at the start of each slice. */
  check(): void {
    if (!this.#isExpired) return;
    throw new WeftError(
      'SNAPSHOT_TOO_OLD',
      `A read of ${this.schema.name} lasted so long that the old pages it held passed pinnedBytesMax; it was stopped.`,
      {
        details: { type: this.schema.name },
      },
    );
  }
}

export interface SnapshotParts {
  readonly schema: TypeSchema;
  readonly columns: readonly Column[];
  readonly live: LiveRows;
  readonly heap: Heap;
  readonly epoch: number;
  readonly lsn: number;
  readonly close: (snapshot: TableSnapshot) => void;
}
