import type { AnyCall } from './remote-call.ts';

const FIRST_SLOTS = 16;

/** Calls by their sequence numbers: as much room as the numbers from the first open one to the last need. */
export class CallRing {
  #slots: (AnyCall | undefined)[] = emptySlots(FIRST_SLOTS);
  #first = 1;

  /** All below have their answers. */
  get first(): number {
    return this.#first;
  }

  /** Numbers come in order, each one more than the one before. */
  add(call: AnyCall): void {
    while (call.seq - this.#first >= this.#slots.length) this.#grow();
    this.#slots[call.seq & (this.#slots.length - 1)] = call;
  }

  of(seq: number): AnyCall | undefined {
    const call = this.#slots[seq & (this.#slots.length - 1)];
    return call?.seq === seq ? call : undefined;
  }

  /** `end`: the number of the next call. */
  remove(seq: number, end: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    slots[seq & mask] = undefined;
    while (this.#first < end && slots[this.#first & mask] === undefined) this.#first++;
  }

  /** In their order. */
  all(end: number): AnyCall[] {
    const calls: AnyCall[] = [];
    for (let seq = this.#first; seq < end; seq++) {
      const call = this.of(seq);
      if (call !== undefined) calls.push(call);
    }
    return calls;
  }

  /** Forgets all; the next call has this number. */
  restart(next: number): void {
    this.#slots = emptySlots(FIRST_SLOTS);
    this.#first = next;
  }

  #grow(): void {
    const larger = emptySlots(2 * this.#slots.length);
    for (const call of this.#slots) if (call !== undefined) larger[call.seq & (larger.length - 1)] = call;
    this.#slots = larger;
  }
}

function emptySlots(length: number): (AnyCall | undefined)[] {
  return Array.from({ length }, () => undefined);
}
