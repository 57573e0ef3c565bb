/** Counts the calls under way, so that closing can wait for them. */
export class UnderWay {
  #count = 0;
  readonly #onIdle: (() => void)[] = [];

  /** The same promise, counted until it settles. */
  track<T>(promise: Promise<T>): Promise<T> {
    this.begin();
    const end = (): void => this.end();
    promise.then(end, end);
    return promise;
  }

  /** Counts a call whose `end` is told. */
  begin(): void {
    this.#count++;
  }

  end(): void {
    this.#count--;
    if (this.#count > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Resolves once nothing is under way. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }
}
