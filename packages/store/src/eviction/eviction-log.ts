import type { Key } from '@weft/data';

/** Why a row went: a write needed its memory, or there were as many rows as the type may have. */
export type EvictReason = 'memory' | 'rows';
export type EvictListener = (key: Key, reason: EvictReason) => void;

/** What went of one table, and who is told. */
export class EvictionLog {
  /** Rows that went, by reason. */
  readonly counts: Record<EvictReason, number> = { memory: 0, rows: 0 };
  readonly #listeners = new Set<EvictListener>();

  get count(): number {
    return this.counts.memory + this.counts.rows;
  }

  /** Tells `listener` of each row right before it goes; it must not write. Returns what ends that. */
  listen(listener: EvictListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A row is about to go. */
  add(reason: EvictReason, keyOf: () => Key): void {
    this.counts[reason]++;
    if (this.#listeners.size === 0) return;
    const key = keyOf();
    for (const listener of this.#listeners) listener(key, reason);
  }
}
