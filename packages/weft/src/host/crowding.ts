import type { Loop } from './event-loop.ts';

/** Milliseconds over which the share of sockets and timers is taken. */
const SHARE_MS = 20;
/** The share from which on a loop has short calls that long work should not hold up. */
const CROWDED_SHARE = 0.2;
/** How often it is looked whether the thread has waited for a processor, in milliseconds; after more than LOOK_MS_MAX nothing can be told. */
const LOOK_MS = 20;
const LOOK_MS_MAX = 80;
/** The share of its time that a thread may wait for a processor before processors are taken for short. */
const WAITED_SHARE = 0.02;
/** How long long work rests, in times of its turn, at most; and by how much that grows and falls with each look. */
const RESTS_MAX = 16;
const RESTS_MORE = 1;
const RESTS_LESS = 0.1;

/**
 * Whether long work should leave some time to nobody. Where short calls come and processors are short, whoever makes those calls waits for one that the long
 * work holds, and so does who is sent its rows: long work that takes all that is left here has everybody wait elsewhere. So it rests after each turn, the longer the
 * more often the thread itself has waited for a processor. With processors to spare it never does.
 */
export class Crowding {
  readonly #loop: Loop;
  #share = 0;
  #rests = 0;
  #lookedMs = 0;
  #lookedIdleMs = 0;
  #lookedCpuMs = 0;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  /** Of the last milliseconds, so many were for sockets and timers. */
  add(sinceMs: number, othersMs: number): void {
    if (sinceMs <= 0) return;
    const weight = Math.exp(-sinceMs / SHARE_MS);
    this.#share = this.#share * weight + (othersMs / sinceMs) * (1 - weight);
  }

  /** How long long work should rest that had a turn of so long. */
  restMs(turnMs: number, nowMs: number): number {
    if (nowMs - this.#lookedMs >= LOOK_MS) this.#look(nowMs);
    return this.#share < CROWDED_SHARE ? 0 : this.#rests * turnMs;
  }

  #look(nowMs: number): void {
    const sinceMs = nowMs - this.#lookedMs;
    const idleMs = this.#loop.idleMs();
    const cpuMs = this.#loop.cpuMs();
    const waitedMs = sinceMs - (idleMs - this.#lookedIdleMs) - (cpuMs - this.#lookedCpuMs);
    const isShort = sinceMs < LOOK_MS_MAX && waitedMs > WAITED_SHARE * sinceMs;
    this.#rests = isShort ? Math.min(RESTS_MAX, this.#rests + RESTS_MORE) : Math.max(0, this.#rests - RESTS_LESS);
    this.#lookedMs = nowMs;
    this.#lookedIdleMs = idleMs;
    this.#lookedCpuMs = cpuMs;
  }
}
