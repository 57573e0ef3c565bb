import type { Clock } from '@weft/base';
import type { KnownAnswer } from '@weft/data';
import type { Meter } from '../index/meter.ts';

/** Idempotency ids that a partition remembers. */
export const IDEMPOTENCY_IDS_MAX = 100_000;
/** UTF-16 units that ids and answers may hold together. */
export const IDEMPOTENCY_UNITS_MAX = 16 * 1024 * 1024;
/** Of a grid's limit of memory, what all its partitions may remember together, in percent. */
export const IDEMPOTENCY_MEMORY_PERCENT = 10;
/** How long an id is remembered, in milliseconds: an hour. */
export const IDEMPOTENCY_AGE_MS = 3_600_000;
/** Past their age that go with each new one. */
const OLD_PER_ADDED = 4;
/** That go with each new one where memory became less. */
const FORGOTTEN_PER_ADDED = 32;

/** An answer with what is needed to keep it elsewhere. */
export interface KeptAnswer extends KnownAnswer {
  readonly id: string;
  /** When it was given, milliseconds since 1970. */
  readonly wallMs: number;
}

/** The account of memory that a window is in. */
export interface AnswerMemory {
  /** Hears of memory that answers take or, below zero, give back, about, in bytes. */
  readonly meter: Meter;
  /** What they may take now, in bytes. */
  readonly bytesMax: () => number;
}

/** What a window holds, counted. */
export interface AnswerStats {
  readonly ids: number;
  readonly units: number;
  /** Ids that were forgotten before their age, since there were too many. */
  readonly forgotten: number;
}

/**
 * What calls with an idempotency id were answered in a partition: a repeated call gets the first answer. Bounded by count, size, memory and age;
 * the oldest go first. It lies on V8's heap, and counts as memory of the grid.
 */
export class AnswerWindow {
  readonly #clock: Clock;
  /** In the order in which they were answered. */
  readonly #answers = new Map<string, KeptAnswer>();
  /** Goes on behind the oldest: a new walk would pass each place that a forgotten answer left. */
  #walk: Iterator<KeptAnswer> = this.#answers.values();
  #oldest: KeptAnswer | undefined;
  readonly #memory: AnswerMemory | undefined;
  #units = 0;
  #bytes = 0;
  #forgotten = 0;

  constructor(clock: Clock, memory?: AnswerMemory) {
    this.#clock = clock;
    this.#memory = memory;
  }

  find(id: string): KnownAnswer | undefined {
    const found = this.#answers.get(id);
    return found === undefined || this.#isOld(found) ? undefined : found;
  }

  /** `wallMs`: when it was given; now unless it comes from a record. */
  add({ id, digest, result, wallMs = this.#clock.wallMs() }: Omit<KeptAnswer, 'wallMs'> & { wallMs?: number }): void {
    this.#forget(id);
    const answer = { id, digest, result, wallMs };
    this.#answers.set(id, answer);
    this.#units += unitsOf(answer);
    this.#count(bytesOf(answer));
    this.#trim();
  }

  /** All that are remembered, the oldest first: for snapshots. */
  entries(): Iterable<KeptAnswer> {
    return this.#answers.values();
  }

  stats(): AnswerStats {
    return { ids: this.#answers.size, units: this.#units, forgotten: this.#forgotten };
  }

  #trim(): void {
    let old = 0;
    const bytesMax = this.#memory?.bytesMax() ?? Infinity;
    let forgotten = 0;
    // The last one stays, however large: it may be asked for at once.
    while (this.#answers.size > 1) {
      const isTooMany =
        this.#answers.size > IDEMPOTENCY_IDS_MAX ||
        this.#units > IDEMPOTENCY_UNITS_MAX ||
        (this.#bytes > bytesMax && forgotten < FORGOTTEN_PER_ADDED);
      const answer = this.#first();
      if (this.#isOld(answer) && old++ < OLD_PER_ADDED) this.#forget(answer.id);
      else if (isTooMany) {
        this.#forget(answer.id);
        this.#forgotten++;
        forgotten++;
      } else return;
    }
  }

  #first(): KeptAnswer {
    while (this.#oldest === undefined || this.#answers.get(this.#oldest.id) !== this.#oldest) {
      const step = this.#walk.next();
      if (step.done === true) this.#walk = this.#answers.values();
      else this.#oldest = step.value;
    }
    return this.#oldest;
  }

  #forget(id: string): void {
    const answer = this.#answers.get(id);
    if (answer === undefined) return;
    this.#answers.delete(id);
    this.#units -= unitsOf(answer);
    this.#count(-bytesOf(answer));
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#memory?.meter(bytes);
  }

  #isOld({ wallMs }: KeptAnswer): boolean {
    return this.#clock.wallMs() - wallMs > IDEMPOTENCY_AGE_MS;
  }
}

/** Entry and object, roughly; texts are Latin letters for the most part. */
const ANSWER_BYTES = 200;

function bytesOf(answer: KeptAnswer): number {
  return ANSWER_BYTES + unitsOf(answer);
}

function unitsOf({ id, digest, result }: KeptAnswer): number {
  return id.length + digest.length + result.length;
}
