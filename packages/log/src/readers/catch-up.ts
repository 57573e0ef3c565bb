import type { Effect } from '../record/record.ts';
import type { RingPlace, RingReader } from '../ring/record-ring.ts';
import type { PartitionLog } from '../partition-log.ts';
import type { OlderReader, OlderRecords } from './older-records.ts';
import { RecordEffects } from './record-effects.ts';

/** Records that a subscriber looks at in one go, below a millisecond. */
const RECORDS_PER_STEP = 256;

/** Where a step ended: at this lsn there is nothing more now; `'stopped'`: by who looks; `'gone'`: the records are nowhere any more. */
export type CatchUpEnd = number | 'more' | 'stopped' | 'gone';

/** The way of one subscriber through one partition's log, from what lies in the journal to what is in memory. */
export class CatchUp {
  readonly #log: PartitionLog;
  readonly #older: OlderRecords | undefined;
  readonly #effects: RecordEffects;
  #position: number;
  #ring: RingReader | undefined;
  #reader: OlderReader | undefined;
  /** Records that were fetched and not looked at. */
  #fetched: readonly RingPlace[] = [];
  #at = 0;

  constructor(log: PartitionLog, position: number, older: OlderRecords | undefined) {
    this.#log = log;
    this.#older = older;
    this.#position = position;
    this.#effects = new RecordEffects(log.types);
  }

  /** Shows the next effects of a type, and perhaps others, until `visit` says false or there is none. Some may lie before the position. */
  step(type: string, visit: (effect: Effect, bytes: number) => boolean): CatchUpEnd {
    const wants = new Set([type]);
    const { committed } = this.#log.commits;
    for (let i = 0; i < RECORDS_PER_STEP; i++) {
      const place = this.#next(committed);
      if (place === 'gone' || place === 'more') return place;
      if (place === undefined) return this.#end(committed);
      let isStopped = false;
      const bytes = place.end - place.start;
      this.#effects.each(place, wants, (effect) => {
        if (effect.lsn > this.#position && !visit(effect, bytes)) isStopped = true;
        else this.#position = Math.max(this.#position, effect.lsn);
        return !isStopped;
      });
      if (isStopped) {
        this.close();
        return 'stopped';
      }
    }
    return 'more';
  }

  /** What must be waited for before the next step; `undefined` where nothing. */
  more(): Promise<void> | undefined {
    const reader = this.#reader;
    return reader === undefined ? undefined : this.#readMore(reader);
  }

  /** What was read of the memory is opened anew when it is needed, there or elsewhere. */
  letGoOfRing(): void {
    this.#ring = undefined;
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#ring = undefined;
    this.#fetched = [];
  }

  async #readMore(reader: OlderReader): Promise<void> {
    const fetched = await reader.next();
    if (this.#reader !== reader) return;
    this.#fetched = fetched ?? [];
    this.#at = 0;
    if (fetched !== undefined) return;
    reader.close();
    this.#reader = undefined;
  }

  #next(committed: number): RingPlace | 'gone' | 'more' | undefined {
    if (this.#at < this.#fetched.length) return this.#fetched[this.#at++];
    if (this.#reader !== undefined) return 'more';
    this.#ring ??= this.#log.ring.readerFrom(this.#position);
    if (this.#ring !== undefined) return this.#ring.next(committed);
    this.#reader = this.#older?.open(this.#log.partition, this.#position);
    return this.#reader === undefined ? 'gone' : 'more';
  }

  #end(committed: number): number {
    this.close();
    return committed;
  }
}
