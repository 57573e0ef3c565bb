import { assert, murmur3 } from '@weft/base';
import type { Scheduler } from '../time/scheduler.ts';
import type { Lane } from './lane.ts';

interface Parcel {
  readonly atMs: number;
  readonly bytes: Uint8Array | undefined;
  /** Of the bytes as they were sent. */
  readonly hash: number;
  /** In place of bytes: the end of the flow. */
  readonly end: { readonly error: Error | undefined } | undefined;
}

/** Who gets what arrives. */
export interface FlowTarget {
  /** Whether it takes nothing now. */
  readonly isPaused: boolean;
  /** Until when its process stands still. */
  readonly readyAtMs: number;
  arrived(bytes: Uint8Array): void;
  /** Nothing comes behind this. */
  ended(error: Error | undefined): void;
}

/** What is under way from one end of a connection to the other: it arrives in its order, later, or not at all. */
export class Flow {
  readonly #scheduler: Scheduler;
  readonly #lane: Lane;
  readonly #target: FlowTarget;
  readonly #onArrived: (bytes: number) => void;
  #parcels: Parcel[] = [];
  #lastAtMs = 0;
  #isArmed = false;

  constructor(scheduler: Scheduler, lane: Lane, target: FlowTarget, onArrived: (bytes: number) => void) {
    this.#scheduler = scheduler;
    this.#lane = lane;
    this.#target = target;
    this.#onArrived = onArrived;
  }

  get isEmpty(): boolean {
    return this.#parcels.length === 0;
  }

  send(bytes: Uint8Array): void {
    this.#push({ bytes, hash: murmur3(bytes, 0, bytes.length, 0), end: undefined });
  }

  /** The flow ends behind what was sent. */
  end(error?: Error): void {
    this.#push({ bytes: undefined, hash: 0, end: { error } });
  }

  /** What is under way is lost. */
  drop(): void {
    this.#parcels = [];
  }

  /** The target takes bytes again. */
  resume(): void {
    this.#arm();
  }

  #push(parcel: Omit<Parcel, 'atMs'>): void {
    this.#lastAtMs = Math.max(this.#lastAtMs, this.#scheduler.nowMs + this.#lane.delayMs());
    this.#parcels.push({ ...parcel, atMs: this.#lastAtMs });
    this.#arm();
  }

  #arm(): void {
    const next = this.#parcels[0];
    if (this.#isArmed || next === undefined || this.#target.isPaused) return;
    this.#isArmed = true;
    this.#scheduler.at(this.#dueMs(next), () => {
      this.#isArmed = false;
      this.#deliver();
      this.#arm();
    });
  }

  #deliver(): void {
    const next = this.#parcels[0];
    const { nowMs } = this.#scheduler;
    if (next === undefined || nowMs < this.#dueMs(next) || this.#target.isPaused) return;
    this.#parcels.shift();
    this.#lane.passed(next.atMs);
    const { bytes, hash, end } = next;
    if (end !== undefined) return this.#target.ended(end.error);
    assert(hash === murmur3(bytes!, 0, bytes!.length, 0), 'bytes are left alone once they were sent');
    this.#target.arrived(bytes!);
    this.#onArrived(bytes!.length);
  }

  #dueMs({ atMs }: Parcel): number {
    return Math.max(atMs, this.#lane.openAtMs, this.#target.readyAtMs);
  }
}
