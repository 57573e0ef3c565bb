import type { AnyType, Slice, Work } from '@weft/data';
import type { OnError, WriteManyResult } from './api.ts';
import type { RowTtl } from './expiry/row-ttl.ts';
import type { Router } from './router.ts';

/** Where the rows of one call go, and what the call says of rows that exist and rows that are bad. */
export interface ManyTarget {
  readonly type: AnyType;
  readonly router: Router;
  readonly onConflict: 'replace' | 'fail';
  readonly onError: OnError;
  readonly ttl?: RowTtl | undefined;
  /** Where these rows are a part of those of a call: what was written before, and the positions of these. */
  readonly before?: RowsBefore | undefined;
}

/** What a part of the rows of a call needs to know of the others. */
export interface RowsBefore {
  readonly written: number;
  /** Of rows that follow each other, of the first one. */
  readonly indexes: { readonly first: number } | readonly number[];
}

/** How the rows of one call are written. */
export interface ManyWriter {
  /** Takes the next row. Whether it is time to look at the clock. */
  take(row: unknown): boolean;
  /** What is left to do after the last row. `check` throws once the call must stop. */
  finish(slice: Slice, check: () => void): Work<WriteManyResult>;
  /** The error of the call: what ended it, and what it leaves done. */
  failed(error: unknown): unknown;
}
