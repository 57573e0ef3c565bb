import type { BufferAccount } from './buffer-account.ts';
import type { Delivery } from './change.ts';

const CAPACITY_MIN = 8;

/** Events that wait for one subscriber: a ring that grows as it fills. Who puts them in holds to the bound. */
export class DeliveryQueue {
  readonly #account: BufferAccount;
  #slots: (Delivery | undefined)[] = [];
  #first = 0;
  #length = 0;
  #bytes = 0;

  constructor(account: BufferAccount) {
    this.#account = account;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of the records. */
  get bytes(): number {
    return this.#bytes;
  }

  push(delivery: Delivery): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#first + this.#length) & (this.#slots.length - 1)] = delivery;
    this.#length++;
    this.#bytes += delivery.bytes;
    this.#account.hold(delivery);
  }

  shift(): Delivery | undefined {
    if (this.#length === 0) return undefined;
    const delivery = this.#slots[this.#first]!;
    this.#slots[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#slots.length - 1);
    this.#length--;
    this.#bytes -= delivery.bytes;
    this.#account.release(delivery);
    return delivery;
  }

  /** From the oldest to the newest. */
  *[Symbol.iterator](): Generator<Delivery> {
    for (let i = 0; i < this.#length; i++) yield this.#slots[(this.#first + i) & (this.#slots.length - 1)]!;
  }

  /** Lets go of all but those that pass. */
  keep(passes: (delivery: Delivery) => boolean): void {
    const kept = [...this].filter(passes);
    this.clear();
    for (const delivery of kept) this.push(delivery);
  }

  clear(): void {
    for (const delivery of this) this.#account.release(delivery);
    this.#slots = [];
    this.#first = this.#length = this.#bytes = 0;
  }

  /** Capacities are powers of two, so that a place is found by a mask. */
  #grow(): void {
    const old = this.#slots;
    const slots: (Delivery | undefined)[] = Array.from({ length: Math.max(CAPACITY_MIN, 2 * old.length) });
    for (let i = 0; i < this.#length; i++) slots[i] = old[(this.#first + i) & (old.length - 1)];
    this.#slots = slots;
    this.#first = 0;
  }
}
