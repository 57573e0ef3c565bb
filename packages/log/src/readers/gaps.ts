import { HeardEvent, type Position } from '@weft/data';
import type { Delivery } from './change.ts';

/** What `dropOldest` let go since the subscriber was last told. */
export class Gaps {
  #dropped = 0;
  /** By partition: the lsn before the first that was let go, and the last. */
  readonly #lost = new Map<number, { readonly from: number; to: number }>();

  get lost(): ReadonlyMap<number, { readonly from: number; readonly to: number }> {
    return this.#lost;
  }

  get isAny(): boolean {
    return this.#dropped > 0;
  }

  add({ partition, lsn }: Delivery): void {
    this.#dropped++;
    const lost = this.#lost.get(partition);
    if (lost === undefined) this.#lost.set(partition, { from: lsn - 1, to: lsn });
    else lost.to = lsn;
  }

  /** The event that tells of them, once. `taken`: up to where the subscriber has taken events, of partitions where nothing was let go. */
  take(
    taken: Float64Array,
    host: { readonly partitions: number; format(lsns: ArrayLike<number>): Position },
  ): HeardEvent | undefined {
    if (this.#dropped === 0) return undefined;
    const { partitions } = host;
    const from = new Float64Array(partitions);
    const to = new Float64Array(partitions);
    for (let p = 0; p < partitions; p++) {
      const lost = this.#lost.get(p);
      from[p] = lost?.from ?? taken[p]!;
      to[p] = lost?.to ?? from[p];
    }
    const event = Object.freeze({ type: 'gap', dropped: this.#dropped, from: host.format(from), to: host.format(to) });
    this.#dropped = 0;
    this.#lost.clear();
    return new HeardEvent(event);
  }
}
