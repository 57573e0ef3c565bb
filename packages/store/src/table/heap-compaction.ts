import {
  HEAP_PAGE_BYTES,
  ROW_BITS,
  shortageOf,
  type MemoryQuota,
  type Arena,
  type Heap,
  type LiveRows,
} from '@weft/data';

/** A column whose values lie in the heap. */
export interface HeapResident {
  /** Moves the row's value if it lies on a victim page. Bytes moved. */
  compact(row: number, isVictim: (page: number) => boolean): number;
}

/** A sweep begins once this many bytes of released values lie about … */
const WASTE_BYTES_MIN = 1 << 20;
/** … and they are this share of all that was written. */
const WASTE_SHARE = 1 / 3;
/** Classes of pages by the share that has been released. */
const CLASSES = 32;
/** Bytes moved in one step, but for the last row's: some 50 µs. */
const MOVED_BYTES_MAX = 1 << 18;

/**
 * Empties heap pages of which much has been released: one pass over the rows moves what is still alive on them, a few rows
 * with each write, so that the work keeps step with the waste and no turn is long. A page goes when its last value has.
 */
export class HeapCompaction {
  readonly #arena: Arena;
  readonly #quota: MemoryQuota;
  readonly #heap: Heap;
  readonly #live: LiveRows;
  readonly #columns: readonly HeapResident[];
  readonly #isCache: boolean;
  readonly #roomBytes: number;
  readonly #pages: number;
  #victims: ReadonlySet<number> | undefined;
  #row = 0;
  // The number of a page that went may name a new one meanwhile, which is not sparse.
  readonly #isVictim = (page: number): boolean => this.#victims!.has(page) && this.#heap.isSparse(page, this.#share);
  /** What makes a page a victim of this sweep. */
  #share = WASTE_SHARE;

  constructor({
    arena,
    quota,
    heap,
    live,
    columns,
    isCache,
  }: {
    arena: Arena;
    quota: MemoryQuota;
    heap: Heap;
    live: LiveRows;
    columns: readonly HeapResident[];
    isCache: boolean;
  }) {
    this.#arena = arena;
    this.#quota = quota;
    this.#heap = heap;
    this.#live = live;
    this.#columns = columns;
    this.#isCache = isCache;
    // Twice what is moved, for page ends left empty, and for each column two pages of refs that snapshots want copied.
    this.#roomBytes = 2 * MOVED_BYTES_MAX + columns.length * 2 * HEAP_PAGE_BYTES;
    // A page is left for the next when it is half full at least; the last row's values open one each.
    this.#pages = (2 * MOVED_BYTES_MAX) / HEAP_PAGE_BYTES + columns.length + 1;
  }

  /**
   * Looks at up to `rows` rows, where there is anything to do and room to do it. `share`: how much of the heap must have been
   * released for a sweep to begin. Whether it went on.
   */
  step(rows: number, share = WASTE_SHARE): boolean {
    if (this.#victims === undefined && !this.#begin(share)) return false;
    if (!this.#arena.hasPlenty(this.#roomBytes) && !this.#arena.hasRoom(this.#roomBytes, HEAP_PAGE_BYTES)) return false;
    if (this.#heap.pagesLeft < this.#pages) return false;
    const end = Math.min(this.#row + rows, this.#live.rowCount);
    for (let moved = 0; this.#row < end && moved < MOVED_BYTES_MAX; this.#row++) moved += this.#visit(this.#row);
    if (this.#row >= this.#live.rowCount) this.#victims = undefined;
    return true;
  }

  stop(): void {
    this.#victims = undefined;
  }

  #begin(share: number): boolean {
    const { usedBytes, liveBytes } = this.#heap;
    const waste = usedBytes - liveBytes;
    if (waste < WASTE_BYTES_MIN * Math.min(1, share / WASTE_SHARE) || waste < usedBytes * share) return false;
    // Where such a share of all is waste, some page has that share of waste.
    const victims = this.#choose(share);
    if (victims.size === 0) return false;
    this.#victims = victims;
    this.#share = share;
    this.#row = 0;
    return true;
  }

  /**
   * The pages of which this share or more has been released, those with the most of it first, as far as writes have room left
   * beside what is alive on them: none may come free before the last row has been visited. Told apart by classes, since sorting them all takes too long.
   */
  #choose(share: number): Set<number> {
    const heap = this.#heap;
    const bytesOf = new Float64Array(CLASSES + 1);
    for (let page = 0; page < heap.pages.length; page++)
      if (heap.isSparse(page, share)) bytesOf[this.#classOf(page)]! += heap.liveBytesOf(page);
    let left = this.#bytesToMove(bytesOf.reduce((sum, bytes) => sum + bytes, 0));
    let least = CLASSES;
    for (let bytes = bytesOf[least]!; least > 0 && bytes <= left; bytes += bytesOf[least]!) least--;
    const victims = new Set<number>();
    for (let page = 0; page < heap.pages.length; page++) {
      if (!heap.isSparse(page, share) || this.#classOf(page) < least) continue;
      if (heap.liveBytesOf(page) > left) continue;
      left -= heap.liveBytesOf(page);
      victims.add(page);
    }
    return victims;
  }

  /**
   * So much that writes find room meanwhile, in the memory of the grid and in the quota. Where they find none as it is, what the
   * reserve allows for a cache, whose rows would have to go instead; all for others, as long as it lasts.
   */
  #bytesToMove(wanted: number): number {
    const roomy = halved(wanted, (bytes) => {
      const need = { pageBytes: this.#roomBytes + bytes, blockBytes: HEAP_PAGE_BYTES, outsideBytes: 0 };
      return shortageOf(this.#quota, this.#arena, need) === undefined;
    });
    if (roomy > MOVED_BYTES_MAX) return roomy;
    if (!this.#isCache) return wanted;
    return halved(wanted, (bytes) => this.#arena.hasRoom(this.#roomBytes + bytes, HEAP_PAGE_BYTES));
  }

  #classOf(page: number): number {
    return Math.floor(this.#heap.releasedShareOf(page) * CLASSES);
  }

  #visit(row: number): number {
    if (!this.#live.has(row)) {
      // Whole pages that are gone are passed over at once.
      if (this.#live.countIn(row >>> ROW_BITS) === 0) this.#row = (((row >>> ROW_BITS) + 1) << ROW_BITS) - 1;
      return 0;
    }
    let moved = 0;
    for (const column of this.#columns) moved += column.compact(row, this.#isVictim);
    return moved;
  }
}

/** What is left after halving until it fits, MOVED_BYTES_MAX or a little less at least. */
function halved(bytes: number, fits: (bytes: number) => boolean): number {
  let left = bytes;
  while (left > MOVED_BYTES_MAX && !fits(left)) left /= 2;
  return left;
}
