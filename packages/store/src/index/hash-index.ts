/**
 * The index of a column whose values repeat: hash of a value → all rows that have it.
 *
 *     heads (a UniqueHashIndex)      hash → head row
 *     links (by row number)          head ⇄ row ⇄ row … ⇥        prev of the head holds the number of rows
 *
 * Rows of one value form a doubly linked list through their row numbers, so adding, removing and counting take the same
 * time for a value of three rows and of a million. A new row goes in right behind the head.
 *
 * The caller decides whether absent values are indexed: they are, if it gives them a hash and a probe like any value.
 */
import { assert } from '@weft/base';
import type { KeyProbe } from './key-probe.ts';
import { NO_ROW } from './key-probe.ts';
import { unmetered, type Meter } from './meter.ts';
import { RowLinks } from './row-links.ts';
import { UniqueHashIndex } from './unique-hash-index.ts';

/** Ends a list. */
const END = 0xffff_ffff;

export class HashIndex {
  readonly #heads: UniqueHashIndex;
  readonly #links: RowLinks;
  #size = 0;

  constructor(meter: Meter = unmetered) {
    this.#heads = new UniqueHashIndex(meter);
    this.#links = new RowLinks(meter);
  }

  /** Rows held. */
  get size(): number {
    return this.#size;
  }

  /** Distinct values. */
  get groups(): number {
    return this.#heads.size;
  }

  /** Memory of the index, counted. */
  bytes(): number {
    return this.#heads.bytes() + this.#links.bytes;
  }

  /** Adds a row that is not here. `probe` accepts the rows that have the same value. */
  add(hash: number, row: number, probe: KeyProbe): void {
    const head = this.#heads.find(hash, probe);
    if (head === NO_ROW) {
      this.#links.claim(row, END, 1);
      this.#heads.insert(hash, row);
    } else {
      assert(head !== row, 'a row is added to a hash index that holds it already');
      this.#linkBehind(head, row);
    }
    this.#size++;
  }

  /**
   * Takes out a row that is here; false if no row has its value. `probe` accepts the rows that have the same value, this one
   * among them: its cells are overwritten only afterwards.
   */
  remove(hash: number, row: number, probe: KeyProbe): boolean {
    const head = this.#heads.find(hash, probe);
    if (head === NO_ROW) return false;
    if (head === row) this.#removeHead(hash, row);
    else this.#unlink(head, row);
    this.#links.release(row);
    this.#size--;
    return true;
  }

  /** Fetches what removing this row will look at. Any row may be asked. */
  touch(row: number): number {
    return this.#links.touch(row);
  }

  /** Number of rows with the value. */
  count(hash: number, probe: KeyProbe): number {
    const head = this.#heads.find(hash, probe);
    return head === NO_ROW ? 0 : this.#links.prev(head);
  }

  /** Some row with the value, or NO_ROW (−1). */
  first(hash: number, probe: KeyProbe): number {
    return this.#heads.find(hash, probe);
  }

  /**
   * Writes rows with the value to `into`, at most `max` and as many as fit, in no particular order. Returns how many.
   */
  collect(hash: number, probe: KeyProbe, into: Uint32Array, max: number): number {
    const head = this.#heads.find(hash, probe);
    return head === NO_ROW ? 0 : this.#copyFrom(head, into, max);
  }

  /** Forgets all rows and gives their memory back. */
  clear(): void {
    this.#heads.clear();
    this.#links.clear();
    this.#size = 0;
  }

  #copyFrom(start: number, into: Uint32Array, max: number): number {
    const links = this.#links;
    const limit = Math.min(max, into.length);
    let count = 0;
    for (let row = start; row !== END && count < limit; row = links.next(row)) into[count++] = row;
    return count;
  }

  #linkBehind(head: number, row: number): void {
    const links = this.#links;
    const second = links.next(head);
    links.claim(row, second, head);
    links.setNext(head, row);
    if (second !== END) links.setPrev(second, row);
    links.setPrev(head, links.prev(head) + 1);
  }

  #removeHead(hash: number, head: number): void {
    const links = this.#links;
    const heir = links.next(head);
    if (heir === END) this.#heads.remove(hash, head);
    else {
      links.setPrev(heir, links.prev(head) - 1);
      this.#heads.relocate(hash, head, heir);
    }
  }

  #unlink(head: number, row: number): void {
    const links = this.#links;
    const prev = links.prev(row);
    const next = links.next(row);
    links.setNext(prev, next);
    if (next !== END) links.setPrev(next, prev);
    links.setPrev(head, links.prev(head) - 1);
  }
}
