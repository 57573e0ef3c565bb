import { SLICE_MS } from '@weft/base';
import { Tell, writeError, type FrameWriter } from '@weft/protocol';
import type { Outlet, RequestContext, ServerStream } from './context.ts';
import { tooLarge } from './answer-size.ts';
import { sendItems } from './send-items.ts';

/** Items that a client may ask for ahead of what it takes. */
export const STREAM_WINDOW_MAX = 4096;
/** Bytes of items that were sent and not taken; one item may be sent whatever its size. */
export const STREAM_BYTES_MAX = 1024 * 1024;
/** Bytes that wait to leave a connection, past which its streams send nothing. */
export const CONNECTION_STREAM_BYTES_MAX = 1024 * 1024;
/** Items that are asked of a source at a time, at most; and how large they are taken to be before any was sent. */
const BATCH_MAX = 256;
const ITEM_BYTES_ASSUMED = 64 * 1024;

/** Where the items of a stream come from. */
export interface ItemSource<Item> {
  /** What the client is told of it once it is open: a plain value. */
  readonly opened?: unknown;
  /** Whether it has no end of its own. */
  readonly isEndless?: boolean;
  /** Whether its items are found among rows, however many. */
  readonly isQuestion?: boolean;
  /** Whether it waits for something that may never come. */
  readonly isWait?: boolean;
  /** The next ones, so many at most and one at least; `undefined` at the end. Rejects with what ends it. */
  next(most: number): Promise<readonly Item[] | undefined>;
  write(frame: FrameWriter, item: Item): void;
  /** Something that the client asks of the open stream. */
  ask(verb: string, args: Readonly<Record<string, unknown>>, context: RequestContext): Promise<unknown>;
  close(): void;
}

/**
 * Sends what a source gives, and keeps it until the client has taken it, so that nothing is lost or given twice over a cut. It asks its source for more
 * only once all it has is sent: a reader that does not take holds its window, and nothing more.
 */
export class ItemStream<Item> implements ServerStream {
  readonly #context: RequestContext;
  readonly #source: ItemSource<Item>;
  readonly #window: number;
  /** What was not taken, with the bytes of what of it was sent. */
  #kept: Item[] = [];
  #sizes: number[] = [];
  #bytes = 0;
  /** Bytes of an item, on the average of late. */
  #itemBytes = ITEM_BYTES_ASSUMED;
  /** Items that were taken; number of the first one kept. */
  #taken = 0;
  /** Of those kept, how many were sent. */
  #sent = 0;
  /** Whether there is another connection, over which nobody has said yet what came through. */
  #isHalted = false;
  #isAsking = false;
  #isClosed = false;
  #end: { readonly error: unknown } | 'done' | undefined;
  #isEndTold = false;
  /** Why a wait ends before its time. */
  #stop: Error | undefined;

  constructor(context: RequestContext, source: ItemSource<Item>, window: number) {
    this.#context = context;
    this.#source = source;
    this.#window = window;
  }

  get opened(): unknown {
    return this.#source.opened;
  }

  get isEndless(): boolean {
    return this.#source.isEndless === true;
  }

  endWait(error: Error): void {
    if (this.#source.isWait !== true || this.#isClosed) return;
    this.#stop = error;
    // What has come by now is sent before the end.
    void this.#source.ask('stop', {}, this.#context);
  }

  start(): void {
    this.#goOn();
  }

  credit(taken: number): void {
    const count = taken - this.#taken;
    // Of a message from before a cut, or of a client that lies.
    if (count <= 0 || count > this.#sent) return;
    this.#forget(count);
    this.#goOn();
  }

  resume(received: number, taken: number): void {
    if (received < taken || taken < this.#taken || received > this.#taken + this.#kept.length) return;
    this.#sent = Math.max(this.#sent, received - this.#taken);
    this.#forget(taken - this.#taken);
    this.#sent = received - taken;
    for (const size of this.#sizes.splice(this.#sent)) this.#bytes -= size;
    this.#isHalted = false;
    this.#isEndTold = false;
    this.#goOn();
  }

  halt(): void {
    this.#isHalted = true;
  }

  drained(): void {
    this.#goOn();
  }

  ask(verb: string, args: Readonly<Record<string, unknown>>, context: RequestContext): Promise<unknown> {
    return this.#source.ask(verb, args, context);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#kept = [];
    this.#source.close();
  }

  #forget(count: number): void {
    this.#taken += count;
    this.#kept.splice(0, count);
    for (const size of this.#sizes.splice(0, count)) this.#bytes -= size;
    this.#sent -= count;
  }

  #goOn(): void {
    if (this.#isClosed || !this.#send() || this.#end !== undefined || this.#isAsking) return;
    if (this.#room > 0) void this.#ask();
  }

  /** How many items to ask for: about as many as may be sent. */
  get #room(): number {
    if (this.#isFull) return 0;
    const few = Math.max(1, Math.ceil((STREAM_BYTES_MAX - this.#bytes) / this.#itemBytes));
    return Math.min(few, BATCH_MAX, this.#window - this.#kept.length);
  }

  /** Whether nothing more may be sent before something was taken. */
  get #isFull(): boolean {
    return this.#bytes >= STREAM_BYTES_MAX;
  }

  /** Asks the source, as long as there is room for more. */
  async #ask(): Promise<void> {
    const { turns } = this.#context.host;
    const what = this.#source.isQuestion === true ? 'work' : 'events';
    this.#isAsking = true;
    try {
      // Whoever has taken much and wants more waits for its turn, behind short calls.
      if (this.#taken > 0) await turns.next(what);
      do {
        const items = await this.#next();
        if (this.#isClosed) return;
        if (items === undefined) this.#end = this.#stop === undefined ? 'done' : { error: this.#stop };
        else for (const item of items) this.#kept.push(item);
        if (turns.elapsedMs() > SLICE_MS) await turns.next(what);
      } while (!this.#isClosed && this.#send() && this.#end === undefined && this.#room > 0);
    } catch (error) {
      this.#end = { error: this.#stop ?? error };
      this.#send();
    } finally {
      this.#isAsking = false;
    }
  }

  /** The next items of the source: of a question they are counted as work. */
  async #next(): Promise<readonly Item[] | undefined> {
    if (this.#source.isQuestion !== true) return this.#source.next(this.#room);
    const { works } = this.#context;
    works.begin();
    let isAnswered = false;
    try {
      const items = await this.#source.next(this.#room);
      isAnswered = true;
      return items;
    } finally {
      works.end(isAnswered);
    }
  }

  /** Sends what can be sent; whether that is all there is. */
  #send(): boolean {
    const { outlet } = this.#context.replies;
    if (outlet === undefined || this.#isHalted || this.#isClosed) return false;
    while (this.#sent < this.#kept.length) {
      if (this.#isFull || outlet.bufferedBytes > CONNECTION_STREAM_BYTES_MAX) return false;
      this.#sendMessage(outlet);
      outlet.flushSoon();
    }
    if (this.#end !== undefined && !this.#isEndTold) {
      this.#isEndTold = true;
      this.#tellEnd(outlet.out, this.#end);
      outlet.flushSoon();
    }
    return true;
  }

  #sendMessage(outlet: Outlet): void {
    const begin = outlet.out.length;
    const sent = this.#sent;
    try {
      sendItems(outlet, {
        seq: this.#context.seq,
        first: this.#taken + sent,
        items: this.#kept,
        from: sent,
        write: (frame, item) => this.#source.write(frame, item),
        onSent: (bytes) => this.#count(bytes),
      });
    } catch (thrown) {
      const error = tooLarge(outlet.out.length - begin, false) ?? thrown;
      // Nothing can be sent of what cannot be written.
      outlet.out.cut(begin);
      for (const size of this.#sizes.splice(sent)) this.#bytes -= size;
      this.#sent = sent;
      this.#kept.length = sent;
      this.#end = { error };
    }
  }

  #tellEnd(out: FrameWriter, end: { readonly error: unknown } | 'done'): void {
    const target = out.room(10);
    target.u8(Tell.end);
    target.u32(this.#context.seq);
    target.u32(this.#taken + this.#kept.length);
    target.u8(end === 'done' ? 0 : 1);
    if (end !== 'done') writeError(out, end.error);
  }

  #count(bytes: number): void {
    const fault = tooLarge(bytes, false);
    if (fault !== undefined) throw fault;
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    this.#itemBytes += (bytes - this.#itemBytes) / 8;
    this.#sent++;
  }
}
