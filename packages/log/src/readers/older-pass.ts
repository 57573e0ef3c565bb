import type { Effect } from '../record/record.ts';
import { firstLsnOfRecord, partitionOfRecord } from '../record/record-head.ts';
import type { RingPlace } from '../ring/record-ring.ts';
import type { PartitionLog } from '../partition-log.ts';
import type { OlderReader } from './older-records.ts';
import { RecordEffects } from './record-effects.ts';

/** Records that are looked at in one go, below a millisecond. */
const RECORDS_PER_STEP = 256;

/** One way of a subscriber through records that are not in memory any more, all partitions together. */
export class OlderPass {
  readonly #reader: OlderReader;
  readonly #logs: readonly PartitionLog[];
  readonly #effects: readonly RecordEffects[];
  #places: readonly RingPlace[] = [];
  #at = 0;
  /** Partitions of which a record was met that is not committed: those behind it are not looked at either. */
  readonly #stopped = new Set<number>();
  /** By partition: all records up to this lsn were looked at, those that hold nothing of the type included. */
  readonly #seen: Float64Array;
  #isOver = false;
  /** What is being read now. */
  #reading: Promise<void> | undefined;

  constructor(reader: OlderReader, logs: readonly PartitionLog[]) {
    this.#reader = reader;
    this.#logs = logs;
    this.#seen = new Float64Array(logs.length);
    this.#effects = logs.map(({ types }) => new RecordEffects(types));
  }

  /** Whether there is nothing more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Of a partition: nothing that matters lies between where it began and this lsn but what it has shown. */
  seenTo(partition: number): number {
    return this.#seen[partition];
  }

  /** Shows effects of a type, and perhaps others, until `visit` says false; the record is then shown again. */
  step(type: string, visit: (effect: Effect, partition: number, bytes: number) => boolean): void {
    const wants = new Set([type]);
    const end = Math.min(this.#places.length, this.#at + RECORDS_PER_STEP);
    for (; this.#at < end; this.#at++) {
      const place = this.#places[this.#at];
      const partition = partitionOfRecord(place.bytes, place.start);
      if (firstLsnOfRecord(place.bytes, place.start) > this.#logs[partition].commits.committed)
        this.#stopped.add(partition);
      if (this.#stopped.has(partition)) continue;
      let goesOn = true;
      this.#effects[partition].each(place, wants, (effect, bytes) => (goesOn = visit(effect, partition, bytes)));
      if (!goesOn) return;
      this.#seen[partition] = firstLsnOfRecord(place.bytes, place.start);
    }
  }

  /** Reads more, where all that was read was looked at. Several may wait for it: each frame is there to be looked at before the next is read. */
  async more(): Promise<void> {
    if (this.#at < this.#places.length || this.#isOver) return;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #read(): Promise<void> {
    const places = await this.#reader.next();
    this.#places = places ?? [];
    this.#at = 0;
    if (places === undefined) this.close();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader.close();
  }
}
