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
