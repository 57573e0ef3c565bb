import type { RingPlace } from '../ring/record-ring.ts';

/** Records that are not in memory any more, such as those of a journal. */
export interface OlderRecords {
  /** All records behind these lsns, by partition, and some in front of them; `undefined` where some are gone here too. */
  open(lsns: ArrayLike<number>): OlderReader | undefined;
}

/** Reads records of all partitions, those of each in the order of their lsns. Some may not be committed yet. */
export interface OlderReader {
  /** The next few; `undefined` at the end of what there was. What it gave is valid until the next call. */
  next(): Promise<readonly RingPlace[] | undefined>;
  close(): void;
}
