import { SLICE_MS, type Turns } from '@weft/base';
import type { Crowding } from './crowding.ts';
import { nodeLoop, type Loop } from './event-loop.ts';

/** How long the loop may have been with sockets and timers, in milliseconds, without being taken for busy with them. */
const QUIET_MS = 0.1;
/** How long jobs wait for a loop that is busy, in milliseconds, before one of them has its turn all the same. */
const PATIENCE_MS = 4;
/** Events that share a turn, at most: those of one change for many subscribers are little work each, and leave a connection in one frame where they come together. */
const TOGETHER_MAX = 256;

interface Job {
  readonly begin: () => void;
  readonly rests: boolean;
}

/**
 * Turns of Node's event loop. Each job that waits gets a turn of its own, so that ten long queries make the loop slow ten times as
 * long, not ten times as slow: between two jobs the loop serves sockets and timers. As long as it finds much to do there it goes round again first, for
 * PATIENCE_MS at most: short calls do not queue up behind long ones, which would have half of the time whatever else there is. With a `Crowding`
 * they rest between their turns where processors are short as well; events, for which others wait, go on meanwhile, and as many of them share a turn as fit into SLICE_MS.
 */
export class FairTurns implements Turns {
  readonly #loop: Loop;
  readonly #crowding: Crowding | undefined;
  readonly #waiting: Job[] = [];
  #isArmed = false;
  /** When long work first asked in this turn; -1 before. */
  #startMs = -1;
  /** When the loop went on after the last turn, and how long it had been idle by then. */
  #leftMs = 0;
  #leftIdleMs = 0;
  /** How long it was with sockets and timers since then. */
  #othersMs = 0;
  /** How long the loop was busy while a job waited. */
  #busyMs = 0;
  /** When a job had its turn, in this round; -1 where none had. */
  #turnMs = -1;
  /** Whether it is followed by a rest. */
  #turnRests = false;
  #restUntilMs = 0;
  /** Events that have their next turn together. */
  #together = 1;
  #isResting = false;

  constructor(loop: Loop = nodeLoop, crowding?: Crowding) {
    this.#loop = loop;
    this.#crowding = crowding;
  }

  elapsedMs(): number {
    const nowMs = this.#loop.nowMs();
    if (this.#startMs >= 0) return nowMs - this.#startMs;
    this.#startMs = nowMs;
    this.#arm();
    return 0;
  }

  next(what: 'work' | 'events' = 'work'): Promise<void> {
    return new Promise((begin) => {
      this.#waiting.push({ begin, rests: what === 'work' });
      // What went before anybody waited is nothing that the job has waited for.
      if (!this.#isArmed && !this.#isResting && this.#turnMs < 0) this.#count(this.#loop.nowMs());
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#loop.immediate(() => this.#round());
    // Behind the job, which goes on between the two.
    this.#loop.immediate(() => this.#goesOn());
  }

  #round(): void {
    this.#isArmed = false;
    this.#startMs = -1;
    const nowMs = this.#loop.nowMs();
    this.#othersMs = this.#busySince(nowMs);
    if (this.#waiting.length === 0) return;
    const at = nowMs < this.#restUntilMs ? this.#waiting.findIndex(({ rests }) => !rests) : 0;
    if (at < 0) return this.#rest(this.#restUntilMs - nowMs);
    this.#busyMs = this.#othersMs > QUIET_MS ? this.#busyMs + this.#othersMs : PATIENCE_MS;
    if (this.#busyMs >= PATIENCE_MS) {
      this.#busyMs = 0;
      this.#turnMs = nowMs;
      const jobs = this.#waiting.splice(at, this.#countFrom(at));
      this.#turnRests = jobs[0]!.rests;
      for (const { begin } of jobs) begin();
    }
    if (this.#waiting.length > 0) this.#arm();
  }

  #goesOn(): void {
    const nowMs = this.#loop.nowMs();
    this.#leave(nowMs);
    if (this.#turnMs < 0) return;
    if (!this.#turnRests) this.#fit(nowMs - this.#turnMs);
    else this.#restUntilMs = nowMs + (this.#crowding?.restMs(nowMs - this.#turnMs, nowMs) ?? 0);
    this.#turnMs = -1;
  }

  /** How many of those who wait have their turn together. */
  #countFrom(at: number): number {
    if (this.#waiting[at]!.rests) return 1;
    const end = Math.min(this.#waiting.length, at + this.#together);
    let next = at + 1;
    while (next < end && !this.#waiting[next]!.rests) next++;
    return next - at;
  }

  /** A turn of events took so long. */
  #fit(turnMs: number): void {
    const most = turnMs < SLICE_MS ? 2 * this.#together : Math.floor((this.#together * SLICE_MS) / turnMs);
    this.#together = Math.max(1, Math.min(TOGETHER_MAX, most));
  }

  /** How long the loop was not idle since it went on. */
  #busySince(nowMs: number): number {
    return Math.max(0, nowMs - this.#leftMs - (this.#loop.idleMs() - this.#leftIdleMs));
  }

  #count(nowMs: number): void {
    this.#othersMs = this.#busySince(nowMs);
    this.#leave(nowMs);
  }

  #leave(nowMs: number): void {
    this.#crowding?.add(nowMs - this.#leftMs, this.#othersMs);
    this.#leftMs = nowMs;
    this.#leftIdleMs = this.#loop.idleMs();
  }

  /** Without going round meanwhile, so that the processor is free. */
  #rest(ms: number): void {
    if (this.#isResting) return;
    this.#isResting = true;
    this.#loop.after(ms, () => {
      this.#isResting = false;
      this.#arm();
    });
  }
}
