import type { WeftError } from '@weft/base';
import type { RecordReader } from '@weft/log';

/** What a stream hears over its link. */
export interface OpenStream {
  /** For messages: `Order.subscribe`. */
  readonly name: string;
  /** Whether it has no end of its own, so that nobody waits for it. */
  readonly isEndless: boolean;
  /** Whether it has what would be lost with its session: deliveries, say. */
  readonly holds: boolean;
  /** Ends what only waits, which begins again in the next session; undefined where it does more than that. */
  readonly giveWay: (() => void) | undefined;
  /** Items have come, the first of which has this number: all of them are to be read. */
  received(first: number, count: number, reader: RecordReader): void;
  /** It is over, after so many items. */
  ended(count: number, error: WeftError | undefined): void;
  /** There is a connection again, and the session goes on. */
  resumed(): void;
  /** The host has forgotten the session, and the stream with it. */
  forgotten(): void;
  /** Nothing more comes. */
  fail(error: Error): void;
}
