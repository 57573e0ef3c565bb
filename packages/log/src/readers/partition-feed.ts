import { must } from '@weft/base';
import type { Effect } from '../record/record.ts';
import { isOfRows } from './change.ts';
import type { PartitionLog } from '../partition-log.ts';
import type { RingPlace, RingReader } from '../ring/record-ring.ts';
import { RecordEffects } from './record-effects.ts';
import type { TypeSubscribers } from './type-subscribers.ts';

/** Bytes of one partition's records, half of those that it retains at most, that wait to be told of before its writer tells of some with each write. */
export const FEED_LAG_BYTES_MAX = 4 * 1024 * 1024;
/** Records that a writer tells of then, with each of its own: more than it adds, so that what waits gets less. */
const RECORDS_PER_WRITE = 4;

/** The way of one partition's records to those who are live. */
export class PartitionFeed {
  readonly #log: PartitionLog;
  readonly #types: ReadonlyMap<string, readonly TypeSubscribers[]>;
  readonly #onDirty: (feed: PartitionFeed) => void;
  readonly #effects: RecordEffects;
  #reader: RingReader | undefined;
  #read = 0;
  /** As `ring.writtenBytes` counts. */
  #toldBytes = 0;
  readonly #lagBytesMax: number;
  #base = 0;
  #ends: (() => void)[] = [];
  /** Whether it waits to be asked for its next step. */
  isDirty = false;

  constructor(
    log: PartitionLog,
    types: ReadonlyMap<string, readonly TypeSubscribers[]>,
    onDirty: (feed: PartitionFeed) => void,
  ) {
    this.#log = log;
    this.#types = types;
    this.#onDirty = onDirty;
    this.#effects = new RecordEffects(log.types);
    this.#lagBytesMax = Math.min(FEED_LAG_BYTES_MAX, log.ring.retainBytes / 2);
  }

  /** Up to here those who are live have been told. */
  get read(): number {
    return this.#reader === undefined ? this.#log.commits.committed : this.#read;
  }

  /** From what is committed now on. */
  start(): void {
    const { commits, ring } = this.#log;
    this.#read = commits.committed;
    this.#reader = must(ring.reader(this.#read), 'what is committed from now on is in memory');
    this.#toldBytes = ring.writtenBytes;
    this.#base = ring.base;
    this.#ends = [commits.onCommit(() => this.#committed()), this.#log.onRecord(() => this.#recorded())];
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#reader = undefined;
  }

  /** Tells of so many records, or of some fewer with as many changes; whether there are more. */
  step(records: number): boolean {
    const reader = this.#reader;
    if (reader === undefined) return false;
    const { committed } = this.#log.commits;
    const lastLsn = this.#read + records;
    for (let i = 0; i < records; i++) {
      const place = reader.next(committed);
      if (place === undefined) {
        this.#read = committed;
        return false;
      }
      this.#toldBytes += place.end - place.start;
      this.#tell(place);
      // A record of a batch tells of many changes.
      if (this.#read >= lastLsn) return true;
    }
    return true;
  }

  /** Up to where the log has let go of its records, where that is further than when last asked. */
  takeLetGo(): number | undefined {
    const { base } = this.#log.ring;
    if (base === this.#base) return undefined;
    return (this.#base = base);
  }

  #tell(place: RingPlace): void {
    const { partition } = this.#log;
    let lsn = this.#read;
    try {
      this.#effects.each(place, this.#types, (effect, bytes) => {
        this.#dispatch(effect, partition, bytes);
        lsn = effect.lsn;
        return true;
      });
    } catch (error) {
      // Of what type it was is not known. Who comes later hears of what is behind it.
      for (const types of this.#types.values()) for (const type of types) failAll(type, error);
    }
    this.#read = lsn;
  }

  #dispatch(effect: Effect, partition: number, bytes: number): void {
    if (!isOfRows(effect)) return;
    for (const subscribers of this.#types.get(effect.schema.name) ?? []) {
      try {
        subscribers.dispatch(subscribers.changeOf(effect, partition, bytes));
      } catch (error) {
        failAll(subscribers, error);
      }
    }
  }

  #committed(): void {
    if (this.isDirty) return;
    this.isDirty = true;
    this.#onDirty(this);
  }

  #recorded(): void {
    if (this.#log.ring.writtenBytes - this.#toldBytes > this.#lagBytesMax) this.step(RECORDS_PER_WRITE);
  }
}

function failAll(subscribers: TypeSubscribers, error: unknown): void {
  for (const subscriber of subscribers) subscriber.fail(error as Error);
}
