import { SLOTS } from '@weft/data';

/**
 * What the rows of a type are, slot by slot: the sum of a hash of each row, its values, version, expiry and lsn. It depends neither on the order in
 * which rows came nor on where they lie, and one row can be added or taken out.
 */
export class SlotDigests {
  readonly sums = new Uint32Array(SLOTS);
  readonly counts = new Uint32Array(SLOTS);

  add(slot: number, hash: number): void {
    this.sums[slot] += hash;
    this.counts[slot]++;
  }

  remove(slot: number, hash: number): void {
    this.sums[slot] -= hash;
    this.counts[slot]--;
  }

  clear(): void {
    this.sums.fill(0);
    this.counts.fill(0);
  }

  /** The first slot in which the two differ, −1 where they are equal. */
  differenceFrom(other: SlotDigests): number {
    return this.sums.findIndex((sum, slot) => sum !== other.sums[slot] || this.counts[slot] !== other.counts[slot]);
  }
}
