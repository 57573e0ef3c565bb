/**
 * What one store must hold by now. The loops keep no account of what they wrote, since that would
 * be measured; the ledger replays the same positions of the feed afterwards, so that every row
 * read in a measured stretch, and any row at the end, can be compared with what it must be.
 */
import type { Order } from '../orders.ts';
import { digest, type Cell, type Feed, type Turns } from './loops.ts';

export type Operation = 'get' | 'put' | 'update';

export class Ledger {
  /** Shared with the put loops, which flip it as they write. */
  readonly turns: Turns;
  readonly #feed: Feed;
  /** The symbol set since the last put of the row, if any. */
  readonly #updated: (string | undefined)[];

  constructor(feed: Feed) {
    this.#feed = feed;
    this.turns = new Uint8Array(feed.ids.length);
    this.#updated = new Array<string | undefined>(feed.ids.length).fill(undefined);
  }

  /** Takes note of a finished stretch. */
  record(operation: Operation, { from, ops }: Cell): void {
    if (operation === 'get') return;
    const { draws, symbols, mask } = this.#feed;
    for (let at = from; at < from + ops; at++) {
      this.#updated[draws[at & mask]!] = operation === 'put' ? undefined : symbols[at & mask]!;
    }
  }

  /** The row as it must be stored now. */
  expected(row: number): Order {
    const order = this.#feed.versions[this.turns[row] as 0 | 1][row]!;
    const symbol = this.#updated[row];
    return symbol === undefined ? order : { ...order, symbol };
  }

  /** What a stretch of gets must have added up to: the same sum in the same order, so bit for bit. */
  digest({ from, ops }: Cell): number {
    const { draws, mask } = this.#feed;
    let total = 0;
    for (let at = from; at < from + ops; at++) total += digest(this.expected(draws[at & mask]!));
    return total;
  }

  /** How many rows must have this symbol. */
  countSymbol(symbol: string): number {
    let count = 0;
    for (let row = 0; row < this.turns.length; row++) if (this.expected(row).symbol === symbol) count++;
    return count;
  }
}
