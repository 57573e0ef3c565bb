import type { WeftError } from '@weft/base';

interface Waiting {
  readonly lsn: number;
  readonly resolve: () => void;
  readonly reject: (error: WeftError) => void;
}

/**
 * What is committed of one partition, and the one place where anybody waits for it: replies, subscriptions and snapshots are released here
 * and nowhere else. Positions only rise.
 */
export class CommitQueue {
  #committed = 0;
  #waiting: Waiting[] = [];
  /** Where the next to release is: taken ones are cut off now and then. */
  #next = 0;
  readonly #listeners = new Set<(committed: number) => void>();
  readonly #onFail = new Set<(error: WeftError) => void>();
  #failure: WeftError | undefined;

  /** All changes up to this lsn are committed. */
  get committed(): number {
    return this.#committed;
  }

  /** Why nothing is committed any more. */
  get failure(): WeftError | undefined {
    return this.#failure;
  }

  /** Resolves once everything up to `lsn` is committed, rejects once that never will be; `undefined` where it is. */
  wait(lsn: number): Promise<void> | undefined {
    if (lsn <= this.#committed) return undefined;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.push({ lsn, resolve, reject }));
  }

  /** Calls back at every commit, in the turn of the commit. Returns how to end that. */
  onCommit(listener: (committed: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back once nothing is committed any more. Returns how to end that. */
  onFail(listener: (error: WeftError) => void): () => void {
    this.#onFail.add(listener);
    return () => this.#onFail.delete(listener);
  }

  /** Everything up to `lsn` is committed. */
  commit(lsn: number): void {
    if (lsn <= this.#committed) return;
    this.#committed = lsn;
    while (this.#next < this.#waiting.length && this.#waiting[this.#next]!.lsn <= lsn)
      this.#waiting[this.#next++]!.resolve();
    if (this.#next === this.#waiting.length && this.#next > 0) {
      this.#waiting = [];
      this.#next = 0;
    }
    if (this.#listeners.size > 0) for (const listener of this.#listeners) listener(lsn);
  }

  /** Nothing is committed any more: all who wait are told, and all who will. */
  fail(error: WeftError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0).slice(this.#next)) reject(error);
    this.#next = 0;
    for (const listener of this.#onFail) listener(error);
  }
}
