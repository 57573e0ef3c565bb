import type { Position } from '@weft/data';

const RADIX = 36;

/** A position that a host gave, raised as its events are taken: the same text as the host itself would give (`log/src/readers/position.ts`). */
export class KnownPosition {
  /** What stands before the lsns. */
  readonly #head: string;
  readonly #lsns: number[];

  constructor(text: Position) {
    const at = text.lastIndexOf('.') + 1;
    this.#head = text.slice(0, at);
    this.#lsns = text
      .slice(at)
      .split(',')
      .map((lsn) => Number.parseInt(lsn, RADIX));
  }

  get text(): Position {
    return this.#head + this.#lsns.map((lsn) => lsn.toString(RADIX)).join(',');
  }

  /** An event of the partition was taken. `at`: of the partition, among those of the host. */
  raise(at: number, lsn: number): void {
    this.#lsns[at] = lsn;
  }
}
