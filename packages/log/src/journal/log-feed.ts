import { assert } from '@weft/base';
import type { PartitionLog } from '../partition-log.ts';
import { firstLsnOfRecord } from '../record/record-head.ts';
import type { RingPlace, RingReader } from '../ring/record-ring.ts';
import type { Group } from './group.ts';

/** What the journal takes from one partition's log. */
export class LogFeed {
  readonly log: PartitionLog;
  readonly #reader: RingReader;
  /** Read and not taken, since the group was full. */
  #held: RingPlace | undefined;
  /** All up to this lsn was taken. */
  position: number;
  /** Bytes of records when the log was last looked at. */
  seenBytes = 0;

  constructor(log: PartitionLog) {
    this.log = log;
    assert(log.ring.writtenBytes === 0, 'a journal starts before the first record');
    this.position = log.lsn;
    this.#reader = log.ring.reader(this.position)!;
  }

  /** Takes what there is, as far as the group has room. To be called between turns: no record is half written. */
  take(group: Group): void {
    for (;;) {
      const place = this.#held ?? this.#reader.run(group.roomBytes);
      this.#held = undefined;
      if (place === undefined) {
        // Positions that no record took, such as of what was taken back, are passed too.
        this.position = this.log.lsn;
        return;
      }
      const { bytes, start, end } = place;
      if (!group.takes(end - start)) {
        this.#held = place;
        this.position = firstLsnOfRecord(bytes, start) - 1;
        return;
      }
      group.add(bytes, start, end);
    }
  }
}
