import type { RecordReader } from '@weft/log';

/** What a stream hears over its link. */
export interface RemoteStream {
  readonly seq: number;
  /** Reads the items of one message: the number of the first, how many, and they. */
  readItems(reader: RecordReader): void;
  /** There is a connection again, and the session goes on. */
  resumed(): void;
}
