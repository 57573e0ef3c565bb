/** Why a row went: a write needed its memory, or there were as many rows as the type may have. */
export type EvictReason = 'memory' | 'rows';

/** How many rows of one table went to make room. Who wants to know which ones subscribes: the log has them. */
export class EvictionLog {
  /** By reason. */
  readonly counts: Record<EvictReason, number> = { memory: 0, rows: 0 };

  get count(): number {
    return this.counts.memory + this.counts.rows;
  }

  /** A row is about to go. */
  add(reason: EvictReason): void {
    this.counts[reason]++;
  }
}
