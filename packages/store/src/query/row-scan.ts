import {
  type Arena,
  compileMatcher,
  type FilterFragment,
  FilterRun,
  lowerFilter,
  type Matcher,
  type Predicate,
  ROW_BITS,
  type ScanCounters,
} from '@weft/data';
import type { TableView } from '../snapshot/table-snapshot.ts';
import { dictionariesOf, kernelPage } from './kernel-pages.ts';
import { PageRows } from './page-rows.ts';
import { compilePageTest, type PageTest } from './prune.ts';

/** Selected rows whose residual is checked between two looks at the clock. */
const ROWS_PER_STEP = 256;
const everyRow: Matcher = () => true;

/**
 * The rows of a view that match, step by step: pages that zone maps rule out are passed over, others go through a kernel
 * where the predicate allows it and row by row where not. A step takes 0.2 ms or less; between steps anything may happen to a
 * live table, nothing to a snapshot.
 */
export class RowScan {
  /** The row numbers that the last step found. Room for a page. */
  readonly rows = new Uint32Array(1 << ROW_BITS);
  readonly #view: TableView;
  readonly #arena: Arena;
  readonly #counters: ScanCounters;
  readonly #mayMatch: PageTest;
  readonly #byRow: PageRows;
  readonly #fragment: FilterFragment | undefined;
  readonly #residual: Matcher;
  #run: FilterRun | undefined;
  #page = -1;
  /** Whether rows of the page are still to be looked at one by one. */
  #isOpen = false;
  /** Rows that a kernel selected and whose residual is still to be checked. */
  #selected = 0;
  #checked = 0;

  constructor({
    view,
    arena,
    where,
    counters,
  }: {
    view: TableView;
    arena: Arena;
    where: Predicate | undefined;
    counters: ScanCounters;
  }) {
    this.#view = view;
    this.#arena = arena;
    this.#counters = counters;
    this.#mayMatch = compilePageTest(view.schema, view.columns, where);
    this.#byRow = new PageRows(view, where);
    const fragment = where === undefined ? undefined : lowerFilter(view.schema, where, dictionariesOf(view));
    this.#run = fragment === undefined ? undefined : FilterRun.open(fragment, arena.segments);
    this.#fragment = this.#run === undefined ? undefined : fragment;
    const residual = this.#fragment?.residual;
    this.#residual = residual === undefined ? everyRow : compileMatcher(view.schema, residual, view.columns);
    counters.pagesTotal = view.live.pageCount;
  }

  /** Looks at some more rows. How many of them match, -1 at the end. */
  step(): number {
    if (!this.#isOpen && this.#checked >= this.#selected && !this.#nextPage()) return -1;
    return this.#isOpen ? this.#checkRows() : this.#checkSelected();
  }

  close(): void {
    this.#run?.close();
    this.#run = undefined;
  }

  /** Moves to the next page that may hold matches and lets the kernel at it. */
  #nextPage(): boolean {
    const { live } = this.#view;
    while (++this.#page < live.pageCount) {
      if (live.countIn(this.#page) === 0 || !this.#mayMatch(this.#page)) {
        this.#counters.pagesSkipped++;
        continue;
      }
      this.#counters.rowsRead += live.countIn(this.#page);
      this.#openPage();
      return true;
    }
    return false;
  }

  #openPage(): void {
    this.#selected = this.#checked = 0;
    const page =
      this.#fragment === undefined ? undefined : kernelPage(this.#view, this.#arena, this.#fragment.inputs, this.#page);
    this.#isOpen = page === undefined;
    if (page === undefined) {
      this.#byRow.open(this.#page);
      this.#counters.evaluator = 'rows';
      return;
    }
    this.#counters.evaluator ??= 'kernel';
    this.#selected = this.#run!.page(page);
  }

  #checkSelected(): number {
    const { selection } = this.#run!;
    const first = this.#page << ROW_BITS;
    const end = Math.min(this.#selected, this.#checked + ROWS_PER_STEP);
    let count = 0;
    for (; this.#checked < end; this.#checked++) {
      const row = first + selection[this.#checked];
      if (this.#residual(row)) this.rows[count++] = row;
    }
    return count;
  }

  #checkRows(): number {
    let count = 0;
    this.#isOpen = this.#byRow.step((row) => {
      this.rows[count++] = row;
    });
    return count;
  }
}
