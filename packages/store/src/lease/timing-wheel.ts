import { must } from '@weft/base';
import { LinkedList, type Linked } from './linked-list.ts';

const DIGIT_BITS = 6;
const SLOTS = 1 << DIGIT_BITS;
/** Digits of a time in milliseconds: 64^8 ms are 8,900 years. */
const LEVELS = 8;

/** Something that is due at a time. */
export interface Timed<T> extends Linked<T> {
  /** Milliseconds of the monotonic clock. */
  dueMs: number;
}

/**
 * What is due when, for any number of items: adding, removing and finding the next cost the same for ten as for a million.
 *
 * A hierarchical timing wheel (Varghese, Lauck 1987) with ticks of a millisecond. Written in base 64, an item lies at the level of the
 * highest digit in which its time differs from the present, in the slot of that digit there. When the present reaches a slot, its items go
 * to lower levels, or are due. Departure: the present jumps from one slot that is not empty to the next, so idle time costs nothing.
 */
export class TimingWheel<T extends Timed<T>> {
  readonly #slots: (LinkedList<T> | undefined)[] = Array.from({ length: LEVELS * SLOTS }, () => undefined);
  /** Items that go to lower levels, or are due, now. */
  #moving = new LinkedList<T>();
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = Math.floor(nowMs);
  }

  /** `item.dueMs` says when; it is never due earlier, and up to a millisecond later. */
  add(item: T): void {
    const dueMs = Math.ceil(item.dueMs);
    if (dueMs <= this.#nowMs) return this.#moving.append(item);
    let level = 0;
    let unit = 1;
    while (Math.floor(dueMs / (unit * SLOTS)) !== Math.floor(this.#nowMs / (unit * SLOTS))) {
      unit *= SLOTS;
      level++;
    }
    const at = level * SLOTS + (Math.floor(dueMs / unit) % SLOTS);
    (this.#slots[at] ??= new LinkedList<T>()).append(item);
  }

  /** Takes out an item, if it is here. */
  remove(item: T): void {
    item.list?.remove(item);
  }

  /** When to call `advance` at the latest; Infinity where nothing is due ever. */
  nextMs(): number {
    if (!this.#moving.isEmpty) return this.#nowMs;
    return this.#nextSlot()?.startMs ?? Infinity;
  }

  /** Hands out what is due, one by one; an item may be added again from there. False where it stopped since `isOver` said so. */
  advance(nowMs: number, onDue: (item: T) => void, isOver: () => boolean): boolean {
    const end = Math.floor(nowMs);
    for (let count = 1; ; count++) {
      const item = this.#moving.first;
      if (item !== undefined) {
        this.#moving.remove(item);
        if (Math.ceil(item.dueMs) <= this.#nowMs) onDue(item);
        else this.add(item);
      } else {
        const slot = this.#nextSlot();
        if (slot === undefined || slot.startMs > end) break;
        this.#nowMs = slot.startMs;
        this.#empty(slot.at);
      }
      if (count % ITEMS_PER_LOOK === 0 && isOver()) return false;
    }
    if (end > this.#nowMs) this.#nowMs = end;
    return true;
  }

  #empty(at: number): void {
    // The list as it is, not item by item; the other one is empty.
    const list = must(this.#slots[at], 'a slot with items has a list');
    this.#slots[at] = this.#moving;
    this.#moving = list;
  }

  #nextSlot(): { readonly at: number; readonly startMs: number } | undefined {
    let unit = 1;
    for (let level = 0; level < LEVELS; level++, unit *= SLOTS) {
      const present = Math.floor(this.#nowMs / unit) % SLOTS;
      for (let slot = present + 1; slot < SLOTS; slot++) {
        const at = level * SLOTS + slot;
        if (this.#slots[at]?.isEmpty !== false) continue;
        const round = Math.floor(this.#nowMs / (unit * SLOTS)) * unit * SLOTS;
        return { at, startMs: round + slot * unit };
      }
    }
    return undefined;
  }
}

/** Items handled between two looks at the clock. */
const ITEMS_PER_LOOK = 64;
