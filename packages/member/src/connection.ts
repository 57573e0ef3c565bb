import { WeftError, type Timers, type Wire, type WireEvents } from '@weft/base';
import { DamagedRecord, RecordReader } from '@weft/log';
import {
  Ask,
  checkHello,
  FRAME_BYTES_AIM,
  FRAME_BYTES_MAX,
  FrameReader,
  FrameWriter,
  HELLO_BYTES_MAX,
  preamble,
  ProtocolFault,
  readHead,
  readPlain,
  Tell,
  writeError,
  writePlain,
  type Welcome,
} from '@weft/protocol';
import type { Grid } from '@weft/client';
import type { Outlet } from './context.ts';
import type { Session } from './session.ts';
import { TypeTable } from './type-table.ts';

/**
 * Replies that go out though more follow in the same turn: the client takes them, and asks for more, while the host goes on. A frame costs some 10 µs on
 * each side, a reply 2 µs.
 */
const MESSAGES_PER_FRAME = 32;

/** How long a connection may take to say who it is. */
export const HANDSHAKE_MS_MAX = 5000;

/** What an operator may want to know. */
export interface MemberEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly cause?: unknown;
}

/** What is served over connections. */
export interface ConnectionOptions {
  /** Name of the space. */
  readonly space: string;
  /** The partitions of this host. */
  readonly grid: Grid;
  /** Partitions of the space, over all hosts, and where they are. */
  readonly partitions: number;
  readonly hosts: Welcome['hosts'];
  readonly log: (event: MemberEvent) => void;
}

/** Who has the sessions that connections come for. */
export interface ConnectionHost {
  readonly options: ConnectionOptions & { readonly host: { readonly timers: Timers } };
  /** Of this run. */
  readonly incarnation: string;
  /** The session that is there still, or a new one. */
  session(name: string | undefined): { readonly session: Session; readonly isResumed: boolean };
}

/** One connection: frames in, messages to its session, frames out. */
export class Connection implements WireEvents, Outlet {
  /** Types by the numbers that the client gave them. */
  readonly types = new TypeTable();
  readonly #member: ConnectionHost;
  readonly #wire: Wire;
  readonly #hosts: Welcome['hosts'];
  readonly #onClosed: () => void;
  readonly #reader = new FrameReader((bytes, start, end) => this.#content(bytes, start, end), HELLO_BYTES_MAX);
  readonly #out = new FrameWriter();
  #session: Session | undefined;
  #isOver = false;
  #isFlushing = false;
  #messages = 0;
  #offHandshake: (() => void) | undefined;

  constructor(member: ConnectionHost, wire: Wire, hosts: Welcome['hosts'], onClosed: () => void) {
    this.#member = member;
    this.#hosts = hosts;
    this.#wire = wire;
    this.#onClosed = onClosed;
    this.#offHandshake = member.options.host.timers.after(
      HANDSHAKE_MS_MAX,
      () => this.#fault(new ProtocolFault('the handshake took too long')),
      'idle',
    );
  }

  received(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#fault(error);
    }
    this.flush();
  }

  drained(): void {
    this.#session?.drained();
  }

  closed(error?: Error): void {
    if (error !== undefined) this.#log('info', `a connection was lost: ${error.message}`);
    this.#over();
  }

  get out(): FrameWriter {
    return this.#out;
  }

  get bufferedBytes(): number {
    return this.#wire.bufferedBytes + this.#out.length;
  }

  flush(): void {
    if (this.#isOver || this.#out.isEmpty) return;
    this.#messages = 0;
    this.#wire.send(this.#out.take());
  }

  flushSoon(): void {
    if (++this.#messages >= MESSAGES_PER_FRAME || this.#out.length >= FRAME_BYTES_AIM) this.flush();
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    void Promise.resolve().then(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }

  goAway(reason: string): void {
    this.#out.room(1).u8(Tell.goaway);
    writePlain(this.#out, reason);
    this.flush();
  }

  end(): void {
    this.flush();
    this.#wire.end();
  }

  #content(bytes: Uint8Array, start: number, end: number): void {
    const reader = new RecordReader(bytes, start, end);
    while (reader.rest > 0 && !this.#isOver) this.#message(reader);
  }

  #message(reader: RecordReader): void {
    const kind = reader.u8();
    const session = this.#session;
    if (kind === Ask.hello) return this.#hello(reader);
    if (session === undefined) throw new ProtocolFault('the first message is no hello');
    switch (kind) {
      case Ask.acked:
        return session.acked(reader.u32());
      case Ask.cancel:
        return session.cancel(reader.u32());
      case Ask.credit:
        return session.credit(reader.u32(), reader.u32());
      case Ask.resume:
        return session.resume(reader.u32(), reader.u32(), reader.u32());
      case Ask.ping:
        return this.#out.room(1).u8(Tell.pong);
      case Ask.goodbye:
        return session.end();
      case Ask.type:
        return this.types.declare(reader.u16(), reader.text(), this.#member.options.grid);
      default:
        if (kind < Ask.get || kind > Ask.open) throw new ProtocolFault(`${kind} is the kind of no message`);
        return this.#request(session, kind, reader);
    }
  }

  /** What is wrong within a request is its own affair: the next one begins where this one says that it ends. */
  #request(session: Session, kind: number, reader: RecordReader): void {
    const length = reader.u32();
    if (length > reader.rest) throw new ProtocolFault('a request goes on behind the end of its frame');
    const end = reader.at + length;
    const frameEnd = reader.at + reader.rest;
    reader.seek(reader.at, end);
    session.request(readHead(kind, reader), reader);
    reader.seek(end, frameEnd);
  }

  #hello(reader: RecordReader): void {
    if (this.#session !== undefined) throw new ProtocolFault('a second hello');
    const { space, session: name } = checkHello(readPlain(reader));
    const { options, incarnation } = this.#member;
    if (space !== options.space) throw this.#refusal(space);
    this.#offHandshake?.();
    this.#offHandshake = undefined;
    this.#reader.bytesMax = FRAME_BYTES_MAX;
    const { session, isResumed } = this.#member.session(name);
    this.#session = session;
    this.#wire.send(preamble());
    const welcome: Welcome = {
      space,
      incarnation,
      session: session.name,
      isResumed,
      partitions: options.partitions,
      hosts: this.#hosts,
      inFlight: session.inFlightMax,
    };
    this.#out.room(1).u8(Tell.welcome);
    writePlain(this.#out, welcome);
    session.attach(this);
  }

  /** Of a hello that is answered with an error, number 0. */
  #refusal(space: string): ProtocolFault {
    this.#wire.send(preamble());
    const target = this.#out.room(5);
    target.u8(Tell.failure);
    target.u32(0);
    const served = this.#member.options.space;
    writeError(
      this.#out,
      new WeftError(
        'SPACE_UNKNOWN',
        `The host serves the space ${JSON.stringify(served)}, not ${JSON.stringify(space)}.`,
      ),
    );
    this.flush();
    return new ProtocolFault(`the space ${JSON.stringify(space)} is not served here`);
  }

  #fault(error: unknown): void {
    if (!(error instanceof ProtocolFault || error instanceof DamagedRecord)) {
      this.#member.options.log({ level: 'error', message: 'a connection ends: an error of our own', cause: error });
      this.#wire.destroy();
      return this.#over();
    }
    this.#log('warn', `a connection ends: ${error.message}`);
    if (error instanceof ProtocolFault && error.answer !== undefined)
      this.#wire.send(Buffer.from(error.answer, 'latin1'));
    this.#wire.end();
    this.#over();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#offHandshake?.();
    this.#session?.detach(this);
    this.#onClosed();
  }

  #log(level: 'info' | 'warn', message: string): void {
    this.#member.options.log({ level, message });
  }
}
