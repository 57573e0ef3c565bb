import { utf8Length, type WeftError } from '@weft/base';
import { VARINT_BYTES_MAX, type RecordReader } from '@weft/log';
import { Ask, ProtocolFault, readPlain, writePlain, type FrameWriter } from '@weft/protocol';
import { closedError } from '../call.ts';
import type { OpenStream } from './open-stream.ts';
import { RemoteCall, type AnyCall } from './remote-call.ts';
import type { RemoteType } from './remote-type.ts';
import { VerbCall } from './point-calls.ts';
import { traced } from './traced.ts';

/** What is asked for. */
export interface StreamRequest<Item> {
  /** For messages: `Order.subscribe`. */
  readonly name: string;
  readonly type: RemoteType | undefined;
  readonly verb: string;
  readonly args: object;
  /** Whether it has no end of its own. */
  readonly isEndless?: boolean;
  /** Whether an item is taken from others by being sent: nobody may ask for it twice. */
  readonly isTaking?: boolean;
  /** Whether something would be lost with its session. */
  readonly holds?: () => boolean;
  /** Ends what only waits. */
  readonly giveWay?: (() => void) | undefined;
  /** Items that may be on their way or wait here. */
  readonly window: number;
  /** By the monotonic clock, of the request. */
  readonly deadlineMs: number;
  readonly read: (reader: RecordReader) => Item;
  /** The host has opened it, and says this of it. */
  readonly onOpened?: (answer: unknown) => void;
  /** There is something to take, or it is over. */
  readonly onReady: () => void;
  /** The host does not know of it any more: nothing comes any more. What came can be taken still. */
  readonly onForgotten: () => void;
}

/** Bytes of items that were taken, of which the host does not know: far fewer than it sends ahead. */
const BYTES_UNTOLD_MAX = 256 * 1024;

/** How something is asked of a stream. */
export interface AskOptions {
  /** Whether nobody may do it twice. */
  readonly isWrite: boolean;
  /** By the monotonic clock. */
  readonly deadlineMs: number;
  /** That it is about, where it is not that of the stream. */
  readonly type?: RemoteType | undefined;
}

/** The way to the host of a stream. */
export interface StreamLink {
  ask(call: AnyCall): void;
  cancel(call: AnyCall): void;
  /** So many items of a stream were taken. */
  credit(seq: number, taken: number): void;
  /** What has come of a stream, on a new connection. */
  resume(seq: number, received: number, taken: number): void;
  /** The host need not keep it any more. Resolves once it does not, whatever becomes of the connection. */
  closeStream(seq: number): Promise<void>;
}

interface Opening {
  nowOpen(answer: unknown): void;
}

/** What a host sends item by item, as far ahead of what is taken as its window. Goes on over cuts, without gap or duplicate. */
export class RemoteStream<Item> implements OpenStream {
  readonly #link: StreamLink;
  readonly #request: StreamRequest<Item>;
  readonly #call: OpenCall;
  #items: Item[] = [];
  #at = 0;
  #received = 0;
  #taken = 0;
  /** What the host has been told. */
  #told = 0;
  /** Bytes of what was taken, about, since the host was told; of what came, since nothing waited then; and of an item. */
  #takenBytes = 0;
  #receivedBytes = 0;
  #itemBytes = 0;
  #isOpen = false;
  #isClosed = false;
  #isForgotten = false;
  #released: Promise<void> = Promise.resolve();
  #end: { readonly error: Error | undefined } | undefined;

  constructor(link: StreamLink, request: StreamRequest<Item>) {
    this.#link = link;
    this.#request = request;
    this.#call = new OpenCall(this, request);
    this.#call.deadlineMs = request.deadlineMs;
    this.#call.promise.then(undefined, (error: Error) => this.fail(error));
    link.ask(this.#call);
  }

  /** Resolves once the host has opened it, with what it says of it. */
  get opened(): Promise<unknown> {
    return this.#call.promise;
  }

  /** For messages: `Order.subscribe`. */
  get name(): string {
    return this.#request.name;
  }

  get isEndless(): boolean {
    return this.#request.isEndless === true;
  }

  get holds(): boolean {
    return this.#request.holds?.() === true;
  }

  get giveWay(): (() => void) | undefined {
    return this.#request.giveWay;
  }

  /** Whether the host may have heard of it. */
  get isAsked(): boolean {
    return this.#call.isSent;
  }

  /** Items that wait. */
  get waiting(): number {
    return this.#items.length - this.#at;
  }

  /** Whether nothing more comes, and nothing waits. `error` says why, where it is not the end. */
  get isOver(): boolean {
    return this.#end !== undefined && this.waiting === 0;
  }

  get error(): Error | undefined {
    return this.#end?.error;
  }

  /** The next item; `undefined` where none waits. */
  take(): Item | undefined {
    if (this.waiting === 0) return undefined;
    const item = this.#items[this.#at++];
    this.#taken++;
    if (this.#at === this.#items.length) {
      this.#items = [];
      this.#at = 0;
    }
    this.#takenBytes += this.#itemBytes;
    if (this.#isTelling && this.#end === undefined) this.#tell();
    return item;
  }

  /** The first item that waits, which stays. */
  peek(): Item | undefined {
    return this.#items[this.#at];
  }

  /** Asks something of it at its host. */
  ask(name: string, verb: string, of: object, { isWrite, deadlineMs, type }: AskOptions): Promise<unknown> {
    if (this.#isClosed || this.#isForgotten) return Promise.reject(closedError(name));
    const call = new AskCall(name, type, this.#call, { verb, of, isWrite });
    call.deadlineMs = deadlineMs;
    this.#link.ask(call);
    return call.promise;
  }

  /** Of a request about it: it goes by the number that the request for the stream has by then. */
  about(verb: string, of: object): object {
    return aboutStream(this.#call, verb, of);
  }

  /** Nothing more is wanted; resolves once its host has let go of it, or cannot be asked. */
  close(): Promise<void> {
    if (this.#isClosed) return this.#released;
    this.#isClosed = true;
    this.#end ??= { error: undefined };
    this.#items = [];
    this.#at = 0;
    if (this.#isOpen) this.#release();
    else if (!this.#isForgotten) this.#link.cancel(this.#call);
    return this.#released;
  }

  /** Nothing more comes. */
  fail(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = { error: traced(error, this.#call.trace) };
    this.#request.onReady();
  }

  /** Of its call, in the turn of the answer: items may come right behind. */
  nowOpen(answer: unknown): void {
    this.#isOpen = true;
    if (this.#isClosed || this.#end !== undefined) this.#release();
    else this.#request.onOpened?.(answer);
  }

  /** Whether so much was taken that the host should know. It stops at a number of items, or of bytes. */
  get #isTelling(): boolean {
    if (this.#taken - this.#told >= this.#request.window / 2 || this.#takenBytes >= BYTES_UNTOLD_MAX) return true;
    return this.waiting === 0 && this.#receivedBytes >= BYTES_UNTOLD_MAX;
  }

  #tell(): void {
    this.#told = this.#taken;
    this.#takenBytes = 0;
    if (this.waiting === 0) this.#receivedBytes = 0;
    this.#link.credit(this.#call.seq, this.#taken);
  }

  /** Of the link: items have come, the first of which has this number. */
  received(first: number, count: number, reader: RecordReader): void {
    const from = reader.at;
    if (first !== this.#received) throw new ProtocolFault('items of a stream are missing');
    for (let i = 0; i < count; i++) this.#items.push(this.#request.read(reader));
    this.#received += count;
    this.#receivedBytes += reader.at - from;
    this.#itemBytes = (reader.at - from) / Math.max(1, count);
    this.#request.onReady();
  }

  /** Of the link: it is over. */
  ended(count: number, error: WeftError | undefined): void {
    if (count !== this.#received) throw new ProtocolFault('items of a stream are missing');
    this.#end ??= { error: error && traced(error, this.#call.trace) };
    this.#request.onReady();
  }

  /** Of the link: there is a connection again, and the session goes on. */
  resumed(): void {
    this.#told = this.#taken;
    this.#link.resume(this.#call.seq, this.#received, this.#taken);
  }

  /** Of the link: the host has forgotten the session. */
  forgotten(): void {
    this.#isOpen = false;
    this.#isForgotten = true;
    if (this.#end === undefined) this.#request.onForgotten();
  }

  #release(): void {
    this.#isOpen = false;
    this.#released = this.#link.closeStream(this.#call.seq);
  }
}

/** The request for a stream. */
class OpenCall extends RemoteCall<unknown> {
  readonly kind = Ask.open;
  readonly isWrite: boolean;
  override readonly stream: OpenStream & Opening;
  readonly #request: StreamRequest<unknown>;

  constructor(stream: OpenStream & Opening, request: StreamRequest<unknown>) {
    super(request.name, request.type);
    this.stream = stream;
    this.#request = request;
    this.isWrite = request.isTaking === true;
  }

  writeBody(frame: FrameWriter): void {
    const { verb, window, args } = this.#request;
    const target = frame.room(VARINT_BYTES_MAX + utf8Length(verb) + 4);
    target.text(verb);
    target.u32(window);
    writePlain(frame, args);
  }

  readAnswer(reader: RecordReader): unknown {
    const answer = readPlain(reader);
    this.stream.nowOpen(answer);
    return answer;
  }
}

/** A call about something that is open: it goes by the number that the request for it has by then. */
class AskCall extends VerbCall<unknown> {
  constructor(
    name: string,
    type: RemoteType | undefined,
    open: OpenCall,
    { verb, of, isWrite }: { readonly verb: string; readonly of: object; readonly isWrite: boolean },
  ) {
    super(name, type, 'ask', aboutStream(open, verb, of), isWrite);
    this.isOfSession = true;
  }
}

function aboutStream(open: OpenCall, verb: string, of: object): object {
  return {
    get stream() {
      return open.seq;
    },
    verb,
    of,
  };
}
