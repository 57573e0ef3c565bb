import type { Column } from '@weft/data';
import type { SecondaryIndex } from './secondary-index.ts';

/**
 * What keeps step with the rows of a table beside its own columns and indexes: the columns and indexes of the coming
 * declaration, or those of the last one on their way out. Called within each write, once nothing can refuse it; never throws.
 */
export interface Follower {
  /** Bytes of the columns and indexes that only the follower has. */
  readonly bytes: number;
  /** These, under the names that they have in their declaration. */
  readonly ownColumns: readonly Column[];
  readonly ownIndexes: readonly SecondaryIndex[];
  /** Room that following one write may need, and pages of the heap. */
  readonly roomBytes: number;
  readonly heapPages: number;
  /** Before a row comes. */
  adding(row: number): void;
  /** Its cells are there, and it is live. */
  added(row: number): void;
  /** Before the cells of a row change to these values by ordinal, or those at `ordinals`. */
  changing(row: number, values: readonly unknown[], ordinals?: readonly number[]): void;
  changed(row: number): void;
  /** Before a row goes. */
  removing(row: number): void;
  pageAdded(page: number, near: number): void;
  pageRemoved(page: number): void;
  /** All rows have gone, and all of the heap. */
  cleared(): void;
}
