import type { Timers } from '@weft/base';

/** Milliseconds that writers wait for one subscriber with `block`; then it reads from the log what it has not seen. */
export const BLOCK_MS_MAX = 1000;

/** Who asks the writers of a type to wait: full subscribers, each until it has room again, and BLOCK_MS_MAX at most. */
export class Pressure {
  readonly #timers: Timers;
  readonly #full = new Map<object, Full>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  add(subscriber: object, type: string): void {
    if (this.#full.has(subscriber)) return;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const cancel = this.#timers.after(BLOCK_MS_MAX, () => this.remove(subscriber), 'idle');
    this.#full.set(subscriber, { type, ended, end, cancel });
  }

  remove(subscriber: object): void {
    const full = this.#full.get(subscriber);
    if (full === undefined) return;
    this.#full.delete(subscriber);
    full.cancel();
    full.end();
  }

  /** Resolves when nobody asks writers of this type to wait; `undefined` where nobody does. */
  of(type: string): Promise<void> | undefined {
    if (this.#full.size === 0) return undefined;
    const ended = [...this.#full.values()].flatMap((full) => (full.type === type ? [full.ended] : []));
    return ended.length === 0 ? undefined : Promise.all(ended).then(() => undefined);
  }
}

interface Full {
  readonly type: string;
  readonly ended: Promise<void>;
  readonly end: () => void;
  readonly cancel: () => void;
}
