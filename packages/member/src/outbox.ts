import type { Timers, Wire } from '@weft/base';
import { FRAME_BYTES_AIM, FrameWriter } from '@weft/protocol';
import type { SharedPart } from './shared-bytes.ts';

/**
 * Replies that go out though more follow in the same turn: the client takes them, and asks for more, while the host goes on. A frame costs some 10 µs on
 * each side, a reply 2 µs.
 */
const MESSAGES_PER_FRAME = 32;
/** Each further frame of the same turn has twice as many, up to so many: the client has something to do already, and is woken for each. */
const MESSAGES_PER_FRAME_MAX = 128;
/** The same of what becomes ready together later, such as the replies to writes of one group that is on disk now: half of a large group is asked anew while the disk has the other. */
const MESSAGES_PER_FRAME_LATER = 64;

/** Bytes that wait to leave a connection, past which nothing more is read from it. */
export const OUTBOX_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes that wait to leave all connections of a host, past which nothing more is read from those of which more than an equal share waits. */
export const OUTBOXES_BYTES_MAX = 256 * 1024 * 1024;
/** Bytes of one connection that are counted among them: with fewer a wire does not say when they are gone. */
const COUNTED_BYTES_MIN = 256 * 1024;
/** Bytes that wait, with answers to what was read before, past which the connection ends. */
export const OUTBOX_BYTES_END = 64 * 1024 * 1024;
/** How long more than OUTBOX_BYTES_MAX may wait before the connection ends, in milliseconds. */
export const OUTBOX_MS_MAX = 30_000;

export interface OutboxParts {
  readonly wire: Wire;
  readonly timers: Timers;
  /** Of what all connections of the host have waiting. */
  readonly part: SharedPart;
  /** The other end does not take what it asked for. */
  readonly onStuck: (reason: string) => void;
}

/**
 * What leaves a connection: the messages of one run of code in one frame. Whoever does not take its answers is not asked for more requests, and is let go of
 * once that has lasted: it holds OUTBOX_BYTES_MAX, whatever it asked for, and never more than OUTBOX_BYTES_END.
 */
export class Outbox {
  readonly out = new FrameWriter();
  readonly #parts: OutboxParts;
  #isFlushing = false;
  /** Messages since the last frame, where more requests follow in the same run of code. */
  #messages = 0;
  #isServing = false;
  /** Of the next frame of this turn. */
  #most = MESSAGES_PER_FRAME;
  #isClosed = false;
  #offLimit: (() => void) | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Whether no more requests are to be begun. */
  get isFull(): boolean {
    return this.#offLimit !== undefined;
  }

  get bufferedBytes(): number {
    return this.#parts.wire.bufferedBytes + this.out.length;
  }

  flush(): void {
    if (this.#isClosed || this.out.isEmpty) return;
    this.#messages = 0;
    const { wire, part } = this.#parts;
    wire.send(this.out.take(wire.bufferedBytes > 0));
    const bytes = wire.bufferedBytes;
    if (bytes > COUNTED_BYTES_MIN || part.bytes > 0) part.set(bytes);
    if (bytes > OUTBOX_BYTES_MAX || (bytes > COUNTED_BYTES_MIN && part.isPastShare)) this.#full(bytes);
  }

  flushSoon(): void {
    const isLongEnough = ++this.#messages >= (this.#isServing ? this.#most : MESSAGES_PER_FRAME_LATER);
    if (isLongEnough) this.#most = Math.min(2 * this.#most, MESSAGES_PER_FRAME_MAX);
    if (isLongEnough || this.out.length >= FRAME_BYTES_AIM) this.flush();
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    void Promise.resolve().then(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }

  /** Serves requests that came together; what they are answered at once goes out by the end. */
  serve(run: () => void): void {
    this.#isServing = true;
    this.#most = MESSAGES_PER_FRAME;
    try {
      run();
    } finally {
      this.#isServing = false;
      this.flush();
    }
  }

  /** Nothing waits any more. */
  drained(): void {
    this.#parts.part.set(0);
    if (this.#offLimit === undefined) return;
    this.#offLimit();
    this.#offLimit = undefined;
    this.#parts.wire.resume();
  }

  /** Nothing more is sent. */
  close(): void {
    this.#isClosed = true;
    this.#parts.part.close();
    this.#offLimit?.();
  }

  #full(bytes: number): void {
    const { wire, timers, onStuck } = this.#parts;
    if (bytes > OUTBOX_BYTES_END) return onStuck(`${bytes} bytes of answers were not taken`);
    if (this.#offLimit !== undefined) return;
    wire.pause();
    this.#offLimit = timers.after(
      OUTBOX_MS_MAX,
      () => onStuck(`answers were not taken for ${OUTBOX_MS_MAX} ms`),
      'idle',
    );
  }
}
