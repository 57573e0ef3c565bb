import { SLICE_MS, type Clock, type Timers, type Turns } from '@weft/base';
import type { Host } from '@weft/client';
import type { SeededRandom } from '../seeded-random.ts';
import type { Scheduler } from './scheduler.ts';

/** 2026-01-01, when every run begins. */
const WALL_START_MS = 1_767_225_600_000;
/** A step of long work takes up to this share of a slice, by the virtual clock that it sees. */
const STEP_SHARE_MAX = 0.4;
/** No timer of Node waits less: without it one that is set for the rest of a rounding error would be due at the same moment for ever. */
const TIMER_MS_MIN = 1;
/** A turn of the event loop takes up to so long. */
const TURN_MS_MAX = 1;

/**
 * One process of the simulated machines: its clock, timers and turns, all of which end when it is killed. Its wall clock is wrong by some seconds, as
 * clocks are, and may jump.
 */
export class SimProcess implements Host {
  readonly name: string;
  readonly random: SeededRandom;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly turns: Turns;
  readonly #scheduler: Scheduler;
  #isDead = false;
  #readyAtMs = 0;
  #skewMs: number;
  #onDeath: (() => void)[] = [];

  constructor(name: string, scheduler: Scheduler, random: SeededRandom) {
    this.name = name;
    this.random = random;
    this.#scheduler = scheduler;
    this.#skewMs = random.between(-5000, 5000);
    this.clock = {
      monotonicMs: () => scheduler.nowMs,
      wallMs: () => Math.floor(WALL_START_MS + this.#skewMs + scheduler.nowMs),
    };
    this.timers = { after: (delayMs, callback) => this.after(Math.max(TIMER_MS_MIN, delayMs), callback) };
    this.turns = new SimTurns(this);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Ends it at once: nothing of it is called any more. */
  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const callback of this.#onDeath) callback();
  }

  /** Until when nothing of it runs. */
  get readyAtMs(): number {
    return this.#readyAtMs;
  }

  /** Nothing of it runs for so long, as when its garbage is collected or its machine is suspended: what was due comes then, all at once. Its clocks go on. */
  standStill(forMs: number): void {
    this.#readyAtMs = Math.max(this.#readyAtMs, this.#scheduler.nowMs + forMs);
  }

  /** By how much its wall clock is wrong. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Somebody sets its wall clock. */
  jump(byMs: number): void {
    this.#skewMs += byMs;
  }

  /** Calls back when it is killed. */
  onDeath(callback: () => void): void {
    this.#onDeath.push(callback);
  }

  /** Calls back later, if it still lives; the returned function calls it off. */
  after(delayMs: number, callback: () => void): () => void {
    if (this.#isDead) return () => undefined;
    const run = (): void => {
      if (this.#isDead) return;
      if (this.#scheduler.nowMs >= this.#readyAtMs) return callback();
      off = this.#scheduler.at(this.#readyAtMs, run);
    };
    let off = this.#scheduler.after(delayMs, run);
    return () => off();
  }

  /** Calls back at once, or when it runs again. */
  whenReady(callback: () => void): void {
    if (this.#scheduler.nowMs < this.#readyAtMs) this.after(0, callback);
    else if (!this.#isDead) callback();
  }

  /** Resolves later, and never in a process that is dead by then. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** What runs behind the present run of code. */
  readonly soon = (callback: () => void): void => void this.after(0, callback);
}

/** A turn for each job that waits, in their order. How long work takes is drawn by chance, so that it pauses anywhere. */
class SimTurns implements Turns {
  readonly #process: SimProcess;
  readonly #waiting: (() => void)[] = [];
  #isArmed = false;
  #elapsedMs = 0;

  constructor(process: SimProcess) {
    this.#process = process;
  }

  elapsedMs(): number {
    this.#arm();
    this.#elapsedMs += this.#process.random.fraction() * SLICE_MS * STEP_SHARE_MAX;
    return this.#elapsedMs;
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#process.after(this.#process.random.fraction() * TURN_MS_MAX, () => {
      this.#isArmed = false;
      this.#elapsedMs = 0;
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#arm();
    });
  }
}
