import type { RingReader } from '../ring/record-ring.ts';
import type { PartitionLog } from '../partition-log.ts';
import { RecordEffects, type VisitEffect } from './record-effects.ts';

/** Records that a subscriber looks at in one go, below a millisecond. */
const RECORDS_PER_STEP = 256;

/** Where a step ended: at this lsn there is nothing more now; `'stopped'`: by who looks; `'gone'`: the records are not in memory any more. */
export type CatchUpEnd = number | 'more' | 'stopped' | 'gone';

/** The way of one subscriber through what is in memory of one partition's log. */
export class CatchUp {
  readonly #log: PartitionLog;
  readonly #effects: RecordEffects;
  #position: number;
  #ring: RingReader | undefined;

  constructor(log: PartitionLog, position: number) {
    this.#log = log;
    this.#position = position;
    this.#effects = new RecordEffects(log.types);
  }

  /** Shows the next effects of a type, and perhaps others, until `visit` says false or there is none. Some may lie before the position. */
  step(type: string, visit: VisitEffect): CatchUpEnd {
    const wants = new Set([type]);
    const { committed } = this.#log.commits;
    this.#ring ??= this.#log.ring.readerFrom(this.#position);
    if (this.#ring === undefined) return 'gone';
    for (let i = 0; i < RECORDS_PER_STEP; i++) {
      const place = this.#ring.next(committed);
      if (place === undefined) return committed;
      let isStopped = false;
      this.#effects.each(place, wants, (effect, bytes) => {
        if (effect.lsn > this.#position && !visit(effect, bytes)) isStopped = true;
        else this.#position = Math.max(this.#position, effect.lsn);
        return !isStopped;
      });
      if (isStopped) return 'stopped';
    }
    return 'more';
  }

  /** What was read of the memory is looked for anew when it is needed. */
  letGoOfRing(): void {
    this.#ring = undefined;
  }
}
