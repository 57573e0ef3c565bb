import { must } from '@weft/base';
import { ROW_BITS, ROWS_PER_PAGE } from '@weft/data';
import type { Meter } from '../index/meter.ts';
import type { Lease } from './lease.ts';

const REF_BYTES = 8;
const ARRIVALS_BYTES = ROWS_PER_PAGE * 8;
const LEASES_BYTES = ROWS_PER_PAGE * REF_BYTES;

interface StatePage {
  readonly arrivals: Float64Array;
  leases: (Lease | undefined)[] | undefined;
  /** Rows of the page that have an arrival or a lease. */
  used: number;
}

/** What a work queue knows of each row, by its physical number: when it came, and what became of it since. It follows the rows as an index does. */
export class RowStates {
  readonly #pages: (StatePage | undefined)[] = [];
  readonly #meter: Meter;
  bytes = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Pages with numbers below this may have something. */
  get pageCount(): number {
    return this.#pages.length;
  }

  /** The lsn of the row's insertion, 0 where it is not known. */
  arrivalOf(row: number): number {
    return this.#pages[row >>> ROW_BITS]?.arrivals[row & (ROWS_PER_PAGE - 1)] ?? 0;
  }

  leaseOf(row: number): Lease | undefined {
    return this.#pages[row >>> ROW_BITS]?.leases?.[row & (ROWS_PER_PAGE - 1)];
  }

  setArrival(row: number, arrival: number): void {
    const page = this.#page(row);
    const was = this.#isUsed(page, row);
    page.arrivals[row & (ROWS_PER_PAGE - 1)] = arrival;
    this.#note(page, row, was);
  }

  setLease(row: number, lease: Lease | undefined): void {
    const page = this.#page(row);
    const was = this.#isUsed(page, row);
    if (page.leases === undefined) {
      page.leases = Array.from({ length: ROWS_PER_PAGE }, () => undefined);
      this.#count(LEASES_BYTES);
    }
    page.leases[row & (ROWS_PER_PAGE - 1)] = lease;
    this.#note(page, row, was);
  }

  /** Takes everything from one row to another, which has nothing. */
  move(from: number, to: number): void {
    const arrival = this.arrivalOf(from);
    const lease = this.leaseOf(from);
    if (arrival !== 0) this.setArrival(to, arrival);
    if (lease !== undefined) {
      this.setLease(to, lease);
      lease.row = to;
    }
    this.forget(from);
  }

  forget(row: number): void {
    if (this.arrivalOf(row) !== 0) this.setArrival(row, 0);
    if (this.leaseOf(row) !== undefined) this.setLease(row, undefined);
  }

  /** The leases of a page, in no order. */
  leasesOn(page: number): readonly Lease[] {
    return this.#pages[page]?.leases?.filter((lease) => lease !== undefined) ?? [];
  }

  /** The leases of all pages. */
  takeLeases(): Lease[][] {
    const all: Lease[][] = [];
    for (const page of this.#pages)
      if (page?.leases !== undefined) all.push(page.leases.filter((lease) => lease !== undefined));
    return all;
  }

  /** Nothing is to be given back: the memory went with its pages. */
  clear(): void {
    this.#count(-this.bytes);
    this.#pages.length = 0;
  }

  #page(row: number): StatePage {
    const number = row >>> ROW_BITS;
    const known = this.#pages[number];
    if (known !== undefined) return known;
    while (this.#pages.length < number) this.#pages.push(undefined);
    const page: StatePage = { arrivals: new Float64Array(ROWS_PER_PAGE), leases: undefined, used: 0 };
    this.#pages[number] = page;
    this.#count(ARRIVALS_BYTES);
    return page;
  }

  #isUsed({ arrivals, leases }: StatePage, row: number): boolean {
    const at = row & (ROWS_PER_PAGE - 1);
    return arrivals[at] !== 0 || leases?.[at] !== undefined;
  }

  #note(page: StatePage, row: number, was: boolean): void {
    const is = this.#isUsed(page, row);
    if (is === was) return;
    page.used += is ? 1 : -1;
    if (page.used > 0) return;
    this.#count(-ARRIVALS_BYTES - (page.leases === undefined ? 0 : LEASES_BYTES));
    const number = row >>> ROW_BITS;
    must(this.#pages[number], 'a row is on a page');
    this.#pages[number] = undefined;
  }

  #count(bytes: number): void {
    this.bytes += bytes;
    this.#meter(bytes);
  }
}
