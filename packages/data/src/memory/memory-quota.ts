/** What the types of one grid share: the side of a governor that their accounts see. */
export interface MemoryBudget {
  /** Counts memory beside the arena that came or, below zero, went. */
  addOutside(bytes: number): void;
}

/** Of a quota, this share is left by pages to indexes in use, which grow a little. */
const RESERVE_SHARE = 1 / 32;
const RESERVE_BYTES_MIN = 1 << 16;
const RESERVE_BYTES_MAX = 1 << 24;

/**
 * The account of one type over all its partitions, and the bound on it. Tables report pages and index memory as they come and
 * go, so that asking takes no walk.
 */
export class MemoryQuota {
  readonly type: string;
  readonly #budget: MemoryBudget;
  #limitBytes = Infinity;
  #pageBytes = 0;
  #outsideBytes = 0;

  constructor(type: string, budget: MemoryBudget) {
    this.type = type;
    this.#budget = budget;
  }

  /** Infinity where there is none. */
  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Bytes of the type's pages, those that only snapshots reach included. */
  get pageBytes(): number {
    return this.#pageBytes;
  }

  /** Bytes beside the arena. */
  get outsideBytes(): number {
    return this.#outsideBytes;
  }

  get usedBytes(): number {
    return this.#pageBytes + this.#outsideBytes;
  }

  /** Bytes up to the quota; negative once it was set below what there is. */
  get freeBytes(): number {
    return this.#limitBytes - this.#pageBytes - this.#outsideBytes;
  }

  /** Bytes of the quota that pages leave alone, so that indexes in use can grow a little. */
  get reserveBytes(): number {
    return Math.max(RESERVE_BYTES_MIN, Math.min(RESERVE_BYTES_MAX, this.#limitBytes * RESERVE_SHARE));
  }

  /** From now on; what is beyond a lower limit stays until rows go. */
  setLimit(bytes: number): void {
    this.#limitBytes = bytes;
  }

  /** Counts pages taken or, below zero, given back. */
  addPages(bytes: number): void {
    this.#pageBytes += bytes;
  }

  /** Counts memory beside the arena. */
  addOutside(bytes: number): void {
    this.#outsideBytes += bytes;
    this.#budget.addOutside(bytes);
  }

  /** Whether so much of the quota is free, beside the reserve, that nobody need look closer. */
  hasPlenty(bytes: number): boolean {
    return this.freeBytes >= bytes + this.reserveBytes;
  }
}
