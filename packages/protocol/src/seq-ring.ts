const FIRST_SLOTS = 16;

/** What is known of the requests of a session, by sequence number: as much room as the numbers between the first open and the last one need. */
export class SeqRing<T> {
  #slots: (T | undefined)[] = emptySlots(FIRST_SLOTS);
  #below = 1;

  /** Numbers below are forgotten. */
  get below(): number {
    return this.#below;
  }

  /** `seq` is not below `below`, and less than the window of a session behind it. */
  get(seq: number): T | undefined {
    return seq - this.#below >= this.#slots.length ? undefined : this.#slots[seq & (this.#slots.length - 1)];
  }

  set(seq: number, value: T | undefined): void {
    while (seq - this.#below >= this.#slots.length) this.#grow();
    this.#slots[seq & (this.#slots.length - 1)] = value;
  }

  /** Forgets the first; what was kept of it. */
  shift(): T | undefined {
    const at = this.#below++ & (this.#slots.length - 1);
    const value = this.#slots[at];
    this.#slots[at] = undefined;
    return value;
  }

  #grow(): void {
    const larger = emptySlots<T>(2 * this.#slots.length);
    for (let seq = this.#below; seq < this.#below + this.#slots.length; seq++)
      larger[seq & (larger.length - 1)] = this.#slots[seq & (this.#slots.length - 1)];
    this.#slots = larger;
  }
}

function emptySlots<T>(length: number): (T | undefined)[] {
  return Array.from({ length }, () => undefined);
}
