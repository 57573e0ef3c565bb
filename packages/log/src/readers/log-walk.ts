import type { Effect } from '../record/record.ts';
import type { CatchUp } from './catch-up.ts';
import type { OlderPass } from './older-pass.ts';
import type { SubscriberHost } from './subscriber-host.ts';

/** Who reads the log itself. */
export interface LogWalker {
  readonly type: string;
  /** By partition: what is behind this lsn is still to be looked at. Infinity: not its partition. */
  readonly read: Float64Array;
  readonly isFull: boolean;
  readonly isOver: boolean;
  /** Looks at an effect; whether there is room for more. */
  consider(effect: Effect, partition: number, bytes: number): boolean;
  /** What it has not seen is nowhere any more. */
  missed(): void;
}

/** The way of a subscriber behind through the log: each partition in its turn, first what only a file has. */
export class LogWalk {
  readonly #walker: LogWalker;
  readonly #host: SubscriberHost;
  /** What is open of the way, by partition. */
  readonly #catchUps = new Map<number, CatchUp>();
  #older: OlderPass | undefined;
  /** Where it was when the last pass through older records began: one that leads nowhere is the last. */
  #olderFrom = '';
  /** The partition in which it goes on. */
  #turn = 0;

  constructor(walker: LogWalker, host: SubscriberHost) {
    this.#walker = walker;
    this.#host = host;
  }

  /** Looks at more of the log until the walker is full or there is nothing more now. Whether it has come to where the hub is. Throws DamagedRecord. */
  step(): boolean {
    if (this.#older !== undefined) {
      this.#readOlder(this.#older);
      return false;
    }
    const { read } = this.#walker;
    const { length: partitions } = read;
    let isThere = true;
    for (let i = 0; i < partitions && !this.#walker.isOver; i++) {
      const partition = (this.#turn + i) % partitions;
      if (read[partition] !== Infinity && !this.#stepIn(partition)) {
        isThere = false;
        if (this.#walker.isFull) {
          this.#turn = partition;
          return false;
        }
      }
    }
    this.#turn = (this.#turn + 1) % partitions;
    return isThere;
  }

  /** Waits for what it reads next. */
  async more(): Promise<void> {
    await this.#older?.more();
    await this.#host.nextTurn();
  }

  /** Goes on with this partition. */
  beginWith(partition: number): void {
    this.#turn = partition;
  }

  /** What was read of the memory is looked for anew when it is needed. */
  letGoOfRing(partition: number): void {
    this.#catchUps.get(partition)?.letGoOfRing();
  }

  forget(): void {
    this.#catchUps.clear();
    this.#older?.close();
    this.#older = undefined;
    this.#olderFrom = '';
  }

  /** Whether it has come to where the hub is. */
  #stepIn(partition: number): boolean {
    const { read, type } = this.#walker;
    const known = this.#catchUps.get(partition);
    const catchUp = known ?? this.#host.catchUp(partition, read[partition]);
    this.#catchUps.set(partition, catchUp);
    const end = catchUp.step(type, (effect, bytes) => this.#walker.consider(effect, partition, bytes));
    if (end === 'more') return false;
    this.#catchUps.delete(partition);
    if (end === 'gone') this.#beginOlder();
    if (end === 'gone' || end === 'stopped') return false;
    read[partition] = Math.max(read[partition], end);
    return read[partition] >= this.#host.readAt(partition);
  }

  /** Looks for what memory has let go elsewhere. */
  #beginOlder(): void {
    if (this.#older !== undefined || this.#walker.isOver) return;
    const { read } = this.#walker;
    const from = this.#host.format(read);
    this.#older = from === this.#olderFrom ? undefined : this.#host.olderPass(read);
    this.#olderFrom = from;
    if (this.#older === undefined) this.#walker.missed();
  }

  #readOlder(older: OlderPass): void {
    const { type, read } = this.#walker;
    if (older.isOver) {
      this.#older = undefined;
      return;
    }
    older.step(type, (effect, partition, bytes) => this.#walker.consider(effect, partition, bytes));
    // Records of other types lead on too: what lies behind them may be in memory.
    for (const partition of read.keys()) read[partition] = Math.max(read[partition], older.seenTo(partition));
  }
}
