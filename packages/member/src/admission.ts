import { WeftError, type Clock, type Timers } from '@weft/base';
import { WorkLoad } from './work-load.ts';

/** Requests of all sessions of a host that were begun and have no answer. */
export const REQUESTS_UNDER_WAY_MAX = 65_536;
/** Bytes of these requests. */
export const REQUEST_BYTES_UNDER_WAY_MAX = 256 * 1024 * 1024;
/** How many times a bound holds for requests that go on with what is open already. */
export const GOING_ON_SHARE = 1.25;
/** How long what comes may wait for the thread without being too long, in milliseconds. */
export const QUEUE_DELAY_MS = 25;
/** How long that delay must stand before requests are refused, in milliseconds. */
export const QUEUE_DELAY_STANDS_MS = 100;
/** Requests since the last look below which the delay is not theirs. */
const CROWD_MIN = 64;
/** How often the delay is looked at, while requests come. */
const LOOK_MS = 10;
const RETRY_MS_MAX = 1000;

/** What a request is about. */
export interface Asked {
  /** Whether it goes on with what was admitted before. */
  readonly goesOn?: boolean;
  /** Whether it looks at rows, however many, in turns. */
  readonly isQuestion?: boolean;
  /** Milliseconds that its client waits. */
  readonly leftMs?: number | undefined;
}

/**
 * Whether a host takes more work. What comes waits for the thread; that delay is measured by a timer that should have fired already. A burst goes by, so work is
 * refused only where the delay has stood above QUEUE_DELAY_MS for all of QUEUE_DELAY_STANDS_MS, and then all that comes, until it is below again: what was
 * admitted before is finished meanwhile. The queue that is looked at is the shortest of an interval, as in CoDel (Nichols and Jacobson, Controlling Queue
 * Delay, 2012); the control law is simpler, since a refused request comes again by itself, a little later.
 */
export class Admission {
  /** Questions that take turns. */
  readonly works: WorkLoad;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #requests = 0;
  #bytes = 0;
  #refused = 0;
  #delayMs = 0;
  /** Since when every look has found the delay too long; undefined where the last one has not. */
  #longSinceMs: number | undefined;
  #isRefusing = false;
  /** What was refused last, and why: one error for all that are refused alike, since a stack for each takes longer than the request would. */
  #last: { readonly why: string; readonly error: WeftError } | undefined;
  /** Requests since the last look. */
  #came = 0;
  #isLooking = false;
  /** Said to all who are refused for the delay, and for the questions under way. */
  #delayed: WeftError | undefined;
  #asked: WeftError | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
    this.works = new WorkLoad(clock);
  }

  get counts(): {
    readonly requests: number;
    readonly requestBytes: number;
    readonly refused: number;
    readonly queueDelayMs: number;
    readonly isRefusing: boolean;
  } {
    return {
      requests: this.#requests,
      requestBytes: this.#bytes,
      refused: this.#refused,
      queueDelayMs: this.#delayMs,
      isRefusing: this.#isRefusing,
    };
  }

  /** Why a request of so many bytes is not taken; undefined where it may begin. */
  refusal(bytes: number, { goesOn = false, isQuestion = false, leftMs }: Asked = {}): WeftError | undefined {
    this.#came++;
    if (!this.#isLooking) this.#lookLater();
    const share = goesOn ? GOING_ON_SHARE : 1;
    if (this.#requests >= REQUESTS_UNDER_WAY_MAX * share)
      return this.#refuse(`REQUESTS_UNDER_WAY_MAX, ${REQUESTS_UNDER_WAY_MAX}, requests are under way`);
    if (this.#bytes + bytes > REQUEST_BYTES_UNDER_WAY_MAX * share && this.#requests > 0)
      return this.#refuse(
        `the requests under way have REQUEST_BYTES_UNDER_WAY_MAX, ${REQUEST_BYTES_UNDER_WAY_MAX}, bytes`,
      );
    const takesMs = isQuestion ? this.works.tooLongMs(leftMs) : undefined;
    if (takesMs !== undefined) return this.#refuseQuestion(takesMs);
    if (this.#isRefusing && !goesOn)
      return this.#refuseForDelay(
        `what comes waits for ${Math.ceil(this.#delayMs)} ms, more than QUEUE_DELAY_MS, ${QUEUE_DELAY_MS}`,
      );
    return undefined;
  }

  begin(bytes: number): void {
    this.#requests++;
    this.#bytes += bytes;
  }

  end(bytes: number): void {
    this.#requests--;
    this.#bytes -= bytes;
  }

  #refuse(why: string): WeftError {
    this.#refused++;
    if (this.#last?.why === why) return this.#last.error;
    const error = overloaded(tooMuch(why), this.#retryAfterMs);
    this.#last = { why, error };
    return error;
  }

  /** The same for all until the next look: whoever has too much to do does not take long to say so. */
  #refuseForDelay(why: string): WeftError {
    this.#refused++;
    return (this.#delayed ??= new WeftError('OVERLOADED', tooMuch(why), {
      details: { retryAfterMs: this.#retryAfterMs, queueDelayMs: Math.ceil(this.#delayMs) },
    }));
  }

  #refuseQuestion(takesMs: number): WeftError {
    this.#refused++;
    const ms = Math.ceil(Math.min(RETRY_MS_MAX, takesMs));
    const { underWay } = this.works;
    return (this.#asked ??= overloaded(
      tooMuch(`${underWay} questions are under way, which take ${ms} ms and more each`),
      ms,
    ));
  }

  get #retryAfterMs(): number {
    return Math.min(RETRY_MS_MAX, Math.max(LOOK_MS, Math.ceil(this.#delayMs)));
  }

  #lookLater(): void {
    this.#isLooking = true;
    const dueMs = this.#clock.monotonicMs() + LOOK_MS;
    this.#timers.after(LOOK_MS, () => this.#look(dueMs), 'idle');
  }

  #look(dueMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#delayMs = Math.max(0, nowMs - dueMs);
    this.#last = undefined;
    this.#delayed = this.#asked = undefined;
    const isLong = this.#delayMs >= QUEUE_DELAY_MS && this.#came >= CROWD_MIN;
    this.#longSinceMs = isLong ? (this.#longSinceMs ?? dueMs) : undefined;
    this.#isRefusing = this.#longSinceMs !== undefined && nowMs - this.#longSinceMs >= QUEUE_DELAY_STANDS_MS;
    const isBusy = this.#came > 0;
    this.#came = 0;
    this.#isLooking = false;
    if (isBusy) this.#lookLater();
  }
}

function tooMuch(why: string): string {
  return `The host has more to do than it can: ${why}.`;
}

/** Nothing was done, and may be asked again after a while. */
export function overloaded(message: string, retryAfterMs: number): WeftError {
  return new WeftError('OVERLOADED', message, { details: { retryAfterMs } });
}
