import type { RingPlace } from '../ring/record-ring.ts';

/** Records that are not in memory any more, such as those of a journal. */
export interface OlderRecords {
  /** From the record that holds the effect behind `position` on, or one before it; `undefined` where that is gone here too. */
  open(partition: number, position: number): OlderReader | undefined;
}

/** Reads one partition's records in the order of their lsns. */
export interface OlderReader {
  /** The next few, a MiB or so; `undefined` where what follows is in memory. What it gave is valid until the next call. */
  next(): Promise<readonly RingPlace[] | undefined>;
  close(): void;
}
