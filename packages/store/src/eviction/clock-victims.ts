/**
 * Rows that were not used for long, by the clock algorithm (Corbató, A paging experiment with the Multics system, 1968), also
 * known as second chance: a hand walks round the rows; those used since it last passed are spared and their bits cleared, the
 * first that was not is the victim.
 *
 * Departures: a new row does not count as used, so that those that nobody asks for go before those that somebody does; but where
 * the hand would come by right after, it does. And the hand passes LOOKS_MAX rows at most for one victim: where all of them were
 * used, the first of them goes, whose use lies longest behind the hand.
 */
import { ROW_BITS, type LiveRows } from '@weft/data';
import { NO_ROW } from '../index/key-probe.ts';
import { ReferenceBits } from './reference-bits.ts';
import type { Victims } from './victims.ts';

/** Rows that the hand passes in search of one victim: some 30 µs. */
const LOOKS_MAX = 1 << 15;
/** New rows so few places ahead of the hand are spared when it comes. */
const SPARED_AHEAD = 1 << 14;

export class ClockVictims implements Victims {
  readonly #live: LiveRows;
  readonly #used = new ReferenceBits();
  /** The hand: the first of the eight rows that it looks at next. */
  #hand = 0;
  /** Whether there was a victim since the beginning: until then the hand stands still. */
  #isMoving = false;

  constructor(live: LiveRows) {
    this.#live = live;
  }

  get bytes(): number {
    return this.#used.bytes;
  }

  add(row: number): void {
    const ahead = row - this.#hand;
    if (this.#isMoving && ahead >= 0 && ahead < SPARED_AHEAD) this.#used.set(row);
    // The place may have been that of a row that was used.
    else this.#used.reset(row);
  }

  use(row: number): void {
    this.#used.set(row);
  }

  next(except: number): number {
    const { count } = this.#live;
    if (count === 0 || (count === 1 && except !== NO_ROW && this.#live.has(except))) return NO_ROW;
    this.#isMoving = true;
    let spared = NO_ROW;
    for (let looks = 0; looks < LOOKS_MAX; looks += 8) {
      const first = this.#skipEmptyPages();
      const held = without(this.#live.ofEight(first), first, except);
      const victims = held & ~this.#used.ofEight(first);
      if (victims !== 0) return first + lowestBit(victims);
      if (held !== 0 && spared === NO_ROW) spared = first + lowestBit(held);
      this.#used.clearEight(first);
      this.#hand = first + 8;
    }
    // Every page that the hand passed holds rows, so it has met one.
    return spared;
  }

  removePage(page: number): void {
    this.#used.removePage(page);
  }

  clear(): void {
    this.#used.clear();
    this.#hand = 0;
    this.#isMoving = false;
  }

  /** Moves the hand to a page that has rows, if it is not on one. */
  #skipEmptyPages(): number {
    for (;;) {
      const page = this.#hand >>> ROW_BITS;
      if (page >= this.#live.pageCount) this.#hand = 0;
      else if (this.#live.countIn(page) === 0) this.#hand = (page + 1) << ROW_BITS;
      else return this.#hand;
    }
  }
}

function without(bits: number, first: number, except: number): number {
  return except !== NO_ROW && except >>> 3 === first >>> 3 ? bits & ~(1 << (except & 7)) : bits;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
