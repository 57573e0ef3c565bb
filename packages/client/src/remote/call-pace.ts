import type { WeftError } from '@weft/base';

/** Calls that a host which is overloaded still has from one client at a time. */
const LIMIT_MIN = 64;
/** By how much the limit grows with each answer: by a sixteenth for a round of answers. */
const GROWTH = 1 / 16;
/** By how much it grows with time, whatever is answered. */
const RELAXED = 1.1;
/** Milliseconds over which the rate of answers is taken. */
const RATE_MS = 20;
/** The share of its time that a call may wait here before it is sent. */
const WAIT_SHARE = 0.5;

/**
 * How many calls a client has under way at a host, and how long others will wait for that. A host that refuses calls for its queue has too many: half as many
 * may be under way then, and with each answer some more (additive increase and multiplicative decrease: Chiu and Jain, 1989). So what is refused and
 * asked again takes the place of new calls, and never comes on top of them. What waits here too long to be answered in time is refused here, at once, rather
 * than sent when its time is nearly over, which would be work for nothing.
 */
export class CallPace {
  /** Calls that may be under way. */
  #limit = Infinity;
  /** Requests below this number were sent before the limit was cut last: that they are refused says nothing new. */
  #cutAt = 0;
  #answers = 0;
  #sinceMs = 0;
  /** Answers in a millisecond; 0 where that is not known. */
  #rate = 0;

  get limit(): number {
    return this.#limit;
  }

  /** A call has its answer. `most`: calls that may be under way in any case. */
  answered(most: number): void {
    this.#answers++;
    if (this.#limit === Infinity) return;
    this.#limit += GROWTH;
    if (this.#limit >= most) this.#limit = Infinity;
  }

  /** The host has refused the call with this number, of so many under way. `next`: number of the next call. */
  refused(error: WeftError, seq: number, underWay: number, next: number): void {
    if (error.details['queueDelayMs'] === undefined || seq < this.#cutAt) return;
    this.#cutAt = next;
    this.#limit = Math.max(LIMIT_MIN, Math.min(this.#limit, underWay) / 2);
  }

  /** Some time has gone by. */
  relax(most: number): void {
    this.#limit = this.#limit * RELAXED >= most ? Infinity : this.#limit * RELAXED;
  }

  /** How long calls wait behind so many others, in milliseconds; 0 where that is not known. */
  waitMs(waiting: number, nowMs: number): number {
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs >= RATE_MS) {
      const rate = this.#answers / elapsedMs;
      this.#rate = elapsedMs > 50 * RATE_MS ? 0 : this.#rate === 0 ? rate : (this.#rate + rate) / 2;
      this.#answers = 0;
      this.#sinceMs = nowMs;
    }
    return this.#rate === 0 ? 0 : waiting / this.#rate;
  }

  /** The same where it is too long for a call that has so long; 0 where it is not. */
  tooLongMs(waiting: number, nowMs: number, leftMs: number): number {
    const waitMs = this.waitMs(waiting, nowMs);
    return waitMs > WAIT_SHARE * leftMs ? waitMs : 0;
  }
}
