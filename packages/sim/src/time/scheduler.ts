import { assert } from '@weft/base';
import { EventHeap } from './event-heap.ts';

/** Why a run of the scheduler ended. */
export type RunEnd = 'done' | 'late' | 'busy';

/**
 * Virtual time: all that happens is an event of it, one after the other, and between two events every promise that can go on has gone on. Nothing
 * takes time but waiting does, so that hours pass in seconds and the same seed does the same again.
 */
export class Scheduler {
  readonly #heap = new EventHeap();
  #nowMs = 0;
  #order = 0;
  #events = 0;

  /** Milliseconds since the start. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events;
  }

  /** Runs a callback then, or as the next thing where that is over. The returned function calls it off. */
  at(atMs: number, run: () => void): () => void {
    const event = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run: run as (() => void) | undefined };
    this.#heap.push(event);
    return () => (event.run = undefined);
  }

  after(delayMs: number, run: () => void): () => void {
    return this.at(this.#nowMs + Math.max(0, delayMs), run);
  }

  /**
   * Lets events happen until `isDone`, which is asked after each. `late`: it is not done at `untilMs`; `busy`: not after `eventsMax` more. An event that throws
   * ends the run with what it threw.
   */
  run(isDone: () => boolean, limits: { readonly untilMs: number; readonly eventsMax: number }): Promise<RunEnd> {
    const eventsMax = this.#events + limits.eventsMax;
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (isDone()) return resolve('done');
          if (this.#events >= eventsMax) return resolve('busy');
          const event = this.#heap.pop();
          if (event === undefined || event.atMs > limits.untilMs) {
            if (event !== undefined) this.#heap.push(event);
            this.#nowMs = Math.max(this.#nowMs, limits.untilMs);
            return resolve('late');
          }
          assert(event.atMs >= this.#nowMs, 'time runs forwards');
          if (event.run !== undefined) {
            this.#nowMs = event.atMs;
            this.#events++;
            event.run();
          }
        } catch (error) {
          return reject(error as Error);
        }
        // Node runs a tick once the queue of microtasks is empty; asked for from within that queue, it is the next thing behind all of it.
        void Promise.resolve().then(() => process.nextTick(step));
      };
      step();
    });
  }
}
