interface Entry<T> {
  readonly what: T;
  isDone: boolean;
}

/**
 * Writes under way, so many at most: while one waits for the disk others follow. What was acknowledged is told in the order in which it was
 * begun, so that of numbered writes everything up to the last told is there.
 */
export class WriteWindow<T> {
  readonly #entriesMax: number;
  readonly #onAcknowledged: (what: T) => void;
  readonly #entries: Entry<T>[] = [];
  #failure: unknown;
  #isFailed = false;
  #wake: (() => void) | undefined;

  constructor(entriesMax: number, onAcknowledged: (what: T) => void) {
    this.#entriesMax = entriesMax;
    this.#onAcknowledged = onAcknowledged;
  }

  /** Follows a write that was begun. */
  add(what: T, written: Promise<unknown>): void {
    const entry: Entry<T> = { what, isDone: false };
    this.#entries.push(entry);
    written.then(
      () => this.#done(entry),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Resolves once another may begin. Throws the first failure. */
  async room(): Promise<void> {
    await this.#until(() => this.#entries.length < this.#entriesMax);
  }

  /** Resolves once nothing is under way. Throws the first failure. */
  async drained(): Promise<void> {
    await this.#until(() => this.#entries.length === 0);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!this.#isFailed && !isSo()) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#isFailed) throw this.#failure;
  }

  #done(entry: Entry<T>): void {
    entry.isDone = true;
    while (this.#entries[0]?.isDone === true) this.#onAcknowledged(this.#entries.shift()!.what);
    this.#wake?.();
  }

  #fail(error: unknown): void {
    if (!this.#isFailed) this.#failure = error;
    this.#isFailed = true;
    this.#wake?.();
  }
}
