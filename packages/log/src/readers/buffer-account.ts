import type { Delivery } from './change.ts';

/** Percent of a grid's memory that events in the buffers of its subscribers take, past which whoever holds more than its share is full. */
export const BUFFERS_MEMORY_PERCENT = 10;
/** What an event takes on the heap of V8 beside the bytes of its record: its objects, and its place in a buffer. */
const EVENT_BYTES = 256;

/** Whose memory the events are. */
export interface BufferMemory {
  readonly limitBytes: number;
  /** Counts bytes that came or, below zero, went. */
  addOutside(bytes: number): void;
}

/** What the buffers of all subscribers of a grid hold: an event that many wait for is there once, and counts once. */
export class BufferAccount {
  #memory: BufferMemory | undefined;
  #bytes = 0;

  constructor(memory?: BufferMemory) {
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A buffer has it too. */
  hold(delivery: Delivery): void {
    if (delivery.holders++ === 0) this.#add(delivery.bytes + EVENT_BYTES);
  }

  /** A buffer has it no more. */
  release(delivery: Delivery): void {
    if (--delivery.holders === 0) this.#add(-delivery.bytes - EVENT_BYTES);
  }

  /** Whether all buffers together hold too much, and one with so much more than its share of it. There is always one that does where they hold too much. */
  isPastShare(events: number, bytes: number, subscribers: number): boolean {
    const most = ((this.#memory?.limitBytes ?? Infinity) * BUFFERS_MEMORY_PERCENT) / 100;
    return this.#bytes > most && bytes + events * EVENT_BYTES > most / subscribers;
  }

  /** The grid is closed: its memory is nobody's any more. */
  close(): void {
    this.#memory?.addOutside(-this.#bytes);
    this.#memory = undefined;
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    this.#memory?.addOutside(bytes);
  }
}
