import { ROW_MASK, type Epochs, type Heap, type Work } from '@weft/data';
import { PageNames } from '../stored/page-names.ts';
import type { TableContext } from '../table/table-context.ts';
import { TableSnapshot, type TableView } from './table-snapshot.ts';

/** While pages are copied, snapshots of one table open at most this often: each makes the pages that are written next be copied. */
const SNAPSHOT_INTERVAL_MS = 10;
/** What copying one page costs, measured: 64 KiB in 10 µs. */
const COPY_MS_PER_BYTE = 0.01 / 65_536;
/** Snapshots stay so far apart that copying takes at most this share of the host's time. */
const COPY_SHARE = 1 / 5;

/** Those who wait for a snapshot of one declaration, and the last of that declaration once there is another. */
interface Waiting {
  count: number;
  last: TableSnapshot | undefined;
}

/** The snapshots of one table: statements share them, and their pinned pages have a budget. */
export class SnapshotPool {
  #table: TableView;
  #waiting: Waiting = { count: 0, last: undefined };
  readonly #heap: Heap;
  readonly #epochs: Epochs;
  readonly #context: TableContext;
  /** Open snapshots, oldest first. */
  readonly #open: TableSnapshot[] = [];
  /** What pages are called that on-disk snapshots have kept. */
  readonly names = new PageNames();
  #openedMs = -Infinity;
  #copiedBytesAtOpen = 0;

  constructor({
    table,
    heap,
    epochs,
    context,
  }: {
    table: TableView;
    heap: Heap;
    epochs: Epochs;
    context: TableContext;
  }) {
    this.#table = table;
    this.#heap = heap;
    this.#epochs = epochs;
    this.#context = context;
  }

  get openCount(): number {
    return this.#open.length;
  }

  get pinnedBytes(): number {
    return this.#epochs.pinnedBytes;
  }

  /**
   * A snapshot that holds every change up to position `lsn`; `undefined` while the next one may not open yet: ask again in a
   * later turn.
   */
  tryAcquire(lsn: number): TableSnapshot | undefined {
    const newest = this.#newest();
    if (newest !== undefined && newest.lsn >= lsn) return newest.retain();
    return this.isReady ? this.#openNow() : undefined;
  }

  /** Whether `acquire` may answer now: the newest snapshot is of this moment, or the next one may open. */
  get isReady(): boolean {
    return (
      this.#newest()?.lsn === this.#context.log.lsn ||
      this.#context.clock.monotonicMs() >= this.#openedMs + this.#intervalMs()
    );
  }

  /** A snapshot of this moment. The caller has waited for `isReady`. */
  acquire(): TableSnapshot {
    const newest = this.#newest();
    return newest !== undefined && newest.lsn === this.#context.log.lsn ? newest.retain() : this.#openNow();
  }

  /**
   * Waits for a snapshot that holds every change up to position `lsn()`. Where the table takes another declaration meanwhile,
   * the last snapshot of the one that the caller knows.
   */
  *wait(lsn: () => number): Work<TableSnapshot> {
    const at = this.tryAcquire(lsn());
    if (at !== undefined) return at;
    const waiting = this.#waiting;
    waiting.count++;
    try {
      for (;;) {
        yield;
        const snapshot = waiting.last?.retain() ?? this.tryAcquire(lsn());
        if (snapshot !== undefined) return snapshot;
      }
    } finally {
      if (--waiting.count === 0) waiting.last?.release();
    }
  }

  /** A snapshot of this turn that no other reader shares. Not to be had often: it has every page copied that is written next. */
  open(): TableSnapshot {
    return this.#openNow();
  }

  /** The first write to a page of this snapshot, if it is the newest, gives the page another view from here on: see `Epochs.mark`. */
  mark(snapshot: TableSnapshot): void {
    this.#epochs.mark(snapshot.epoch, snapshot.live.rowCount & ~ROW_MASK);
  }

  /** From now on snapshots are of this view, another declaration's; whoever waits gets one of the view before. */
  follow(table: TableView): void {
    if (this.#waiting.count > 0) this.#waiting.last = this.acquire();
    this.#waiting = { count: 0, last: undefined };
    this.#table = table;
  }

  /** Takes the oldest snapshots away while they pin more than the budget. */
  enforceBudget(): void {
    while (this.#epochs.pinnedBytes > this.#context.pinnedBytesMax && this.#open.length > 0) this.#open[0].expire();
  }

  /** Takes the oldest snapshot away; false where there is none. */
  dropOldest(): boolean {
    const [oldest] = this.#open;
    oldest?.expire();
    return oldest !== undefined;
  }

  /** Takes all snapshots away, for closing. */
  close(): void {
    while (this.#open.length > 0) this.#open[0].expire();
  }

  /** The newest open snapshot, if it is of the present declaration. */
  #newest(): TableSnapshot | undefined {
    const newest = this.#open.at(-1);
    return newest?.schema === this.#table.schema ? newest : undefined;
  }

  #intervalMs(): number {
    const copied = this.#epochs.copiedBytes - this.#copiedBytesAtOpen;
    // Where nobody writes, or only behind what the last snapshot saw, the next one costs nothing to speak of.
    if (copied === 0) return 0;
    return Math.max(SNAPSHOT_INTERVAL_MS, (copied * COPY_MS_PER_BYTE) / COPY_SHARE);
  }

  #openNow(): TableSnapshot {
    const { schema, columns, live } = this.#table;
    const heap = this.#heap.freeze();
    const snapshot = new TableSnapshot({
      schema,
      heap,
      columns: columns.map((column) => column.freeze(heap)),
      live: live.freeze(),
      epoch: this.#epochs.open(live.rowCount),
      lsn: this.#context.log.lsn,
      close: (closed) => {
        this.#open.splice(this.#open.indexOf(closed), 1);
        this.#epochs.close(closed.epoch);
      },
    });
    this.#open.push(snapshot);
    this.#openedMs = this.#context.clock.monotonicMs();
    this.#copiedBytesAtOpen = this.#epochs.copiedBytes;
    return snapshot;
  }
}
