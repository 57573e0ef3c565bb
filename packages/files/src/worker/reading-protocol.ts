import type { ErrorCode } from '@weft/base';
import type { FileBatch } from '../batch/file-batch.ts';
import type { ReadJob } from '../source/read-job.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly job: ReadJob;
}

/** What it is told: so many bytes of batches have been taken. */
export type ToThread = number;

/** What the thread says. */
export type FromThread =
  | { readonly kind: 'batch'; readonly batch: FileBatch; readonly bytes: number }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'error';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string;
      readonly details: Readonly<Record<string, string | number | boolean>>;
    }
  | { readonly kind: 'bug'; readonly message: string };
