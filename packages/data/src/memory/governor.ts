import { MemoryQuota, type MemoryBudget } from './memory-quota.ts';

/** Memory is granted to the arena in steps of this size: its largest block. */
export const GRANT_BYTES = 16 << 20;

export interface GovernorOptions {
  /** Bytes that may be granted at most; no bound of its own unless given. */
  readonly limitBytes?: number;
  /** The governor of the process, which counts what this one grants as its own. */
  readonly parent?: Governor;
}

/**
 * Says how much memory a grid may have. Two kinds are counted:
 *
 *     granted   blocks of GRANT_BYTES that the arena has touched; never returned, freed pages are used again
 *     outside   what lies beside the arena: indexes, and the texts of dictionaries. Grows and shrinks by the byte
 *
 *     limit ─┬─ granted ─┬─ in pages          (`Arena.takenBytes`)
 *            │           └─ free for reuse    (`Arena.freeBytes`)
 *            ├─ outside
 *            └─ free: may still be granted
 *
 * It refuses nothing in the middle of a change: who grows asks its quota first (`shortageOf`).
 */
export class Governor implements MemoryBudget {
  readonly #parent: Governor | undefined;
  readonly #quotas = new Map<string, MemoryQuota>();
  #limitBytes: number;
  #grantedBytes = 0;
  #outsideBytes = 0;

  constructor({ limitBytes = Infinity, parent }: GovernorOptions = {}) {
    this.#limitBytes = limitBytes;
    this.#parent = parent;
  }

  /** Infinity where there is no bound. */
  get limitBytes(): number {
    return Math.min(this.#limitBytes, this.#parent === undefined ? Infinity : this.#parent.limitBytes);
  }

  get grantedBytes(): number {
    return this.#grantedBytes;
  }

  get outsideBytes(): number {
    return this.#outsideBytes;
  }

  /** Bytes that may still be granted or used outside; negative once the limit was set below what there is. */
  get freeBytes(): number {
    const freeBytes = this.#limitBytes - this.#grantedBytes - this.#outsideBytes;
    return this.#parent === undefined ? freeBytes : Math.min(freeBytes, this.#parent.freeBytes);
  }

  /**
   * Bytes that may come into use while `takenBytes` of the arena are. Where the limit was set below what was granted, which is never
   * returned, what is in use counts in place of that: else nothing could be written any more, however many rows went.
   */
  usableBytes(takenBytes: number): number {
    const heldBytes = this.isBelowGranted ? takenBytes : this.#grantedBytes;
    const usableBytes = this.#limitBytes - heldBytes - this.#outsideBytes;
    return this.#parent === undefined ? usableBytes : Math.min(usableBytes, this.#parent.freeBytes);
  }

  /** Whether the limit was set below what was granted. */
  get isBelowGranted(): boolean {
    return this.#limitBytes < this.#grantedBytes;
  }

  /** From now on; what is beyond a lower limit stays until rows go. */
  setLimit(bytes: number): void {
    this.#limitBytes = bytes;
  }

  /** Whether the arena may touch `bytes` more; they then count. */
  grant(bytes: number): boolean {
    if (this.freeBytes < bytes) return false;
    this.#grantedBytes += bytes;
    this.#parent?.addOutside(bytes);
    return true;
  }

  /** Counts memory beside the arena that came or, below zero, went. */
  addOutside(bytes: number): void {
    this.#outsideBytes += bytes;
    this.#parent?.addOutside(bytes);
  }

  /** The account and bound of one type, without bound until it is given one. */
  quota(type: string): MemoryQuota {
    let quota = this.#quotas.get(type);
    if (quota === undefined) this.#quotas.set(type, (quota = new MemoryQuota(type, this)));
    return quota;
  }

  /** Gives back to the process what the grid had. */
  close(): void {
    this.#parent?.addOutside(-this.#grantedBytes - this.#outsideBytes);
    this.#grantedBytes = this.#outsideBytes = 0;
  }
}
