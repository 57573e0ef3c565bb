import { WeftError, type Clock, type Timers, type Wire, type WireEvents } from '@weft/base';
import { RecordReader } from '@weft/log';
import {
  asksPostgresEncryption,
  Ask,
  checkHello,
  FEATURES,
  FRAME_BYTES_MAX,
  FrameReader,
  type FrameWriter,
  HELLO_BYTES_MAX,
  preamble,
  POSTGRES_UNENCRYPTED,
  ProtocolFault,
  readHead,
  readPlain,
  readSeqs,
  Tell,
  wrongProtocol,
  writePlain,
  type Welcome,
} from '@weft/protocol';
import type { Grid } from '@weft/client';
import type { Outlet } from './context.ts';
import type { Declarations } from './declarations.ts';
import { Outbox } from './outbox.ts';
import type { MemberEvent, RareLog } from './rare-log.ts';
import { isFault } from './request-fault.ts';
import type { Session } from './session.ts';
import type { SharedBytes, SharedPart } from './shared-bytes.ts';
import { TypeTable } from './type-table.ts';
import { writeFailure } from './write-answer.ts';

/** How long a connection may take to say who it is. */
export const HANDSHAKE_MS_MAX = 5000;
/** How long nothing may come over a connection before it is taken for dead: its client says something every PING_MS. */
export const CLIENT_SILENCE_MS_MAX = 30_000;
/** Bytes of all connections of a host that came and cannot be read yet: of frames that are not whole, and behind answers that are not taken. */
export const UNREAD_BYTES_MAX = 256 * 1024 * 1024;
/** Those of a connection that hold no more are not counted. */
const UNREAD_COUNTED_MIN = 64 * 1024;
/** Kinds of encryption that psql asks for. */
const ENCRYPTION_ASKS_MAX = 2;
/** How long a connection that was ended may take to be closed by its other end too. */
const LINGER_MS_MAX = 5000;

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
  readonly options: ConnectionOptions & { readonly host: { readonly timers: Timers; readonly clock: Clock } };
  readonly log: RareLog;
  readonly declarations: Declarations;
  /** What waits to leave its connections. */
  readonly outboxes: SharedBytes;
  /** What came over its connections and cannot be read yet. */
  readonly unread: SharedBytes;
  /** Of this run. */
  readonly incarnation: string;
  /** It has said who it is. */
  greeted(connection: Connection): void;
  /** Why nobody new is served; undefined while there is room. */
  refusal(): WeftError | undefined;
  /** The session that is there still, or a new one. Throws OVERLOADED. */
  session(name: string | undefined): { readonly session: Session; readonly isResumed: boolean };
}

/** One connection: frames in, messages to its session, frames out. */
export class Connection implements WireEvents, Outlet {
  /** Types by the numbers that the client gave them. */
  readonly types: TypeTable;
  readonly #member: ConnectionHost;
  readonly #wire: Wire;
  readonly #hosts: Welcome['hosts'];
  readonly #onClosed: () => void;
  readonly #reader = new FrameReader(
    (bytes, start, end) => this.#content(bytes, start, end),
    HELLO_BYTES_MAX,
    wrongProtocol,
  );
  readonly #outbox: Outbox;
  readonly #unread: SharedPart;
  /** Content of frames that came while the outbox was full. */
  #left: Uint8Array[] = [];
  #session: Session | undefined;
  #isOver = false;
  /** How often encryption was declined; no more once something else has come. */
  #declined = 0;
  #isGreeted = false;
  #heardMs: number;
  #offHandshake: (() => void) | undefined;
  #offLinger: (() => void) | undefined;

  constructor(member: ConnectionHost, wire: Wire, hosts: Welcome['hosts'], onClosed: () => void) {
    this.#member = member;
    this.types = new TypeTable(member.declarations, member.options.grid);
    this.#hosts = hosts;
    this.#wire = wire;
    this.#onClosed = onClosed;
    const { timers, clock } = member.options.host;
    this.#heardMs = clock.monotonicMs();
    this.#unread = member.unread.part();
    this.#outbox = new Outbox({ wire, timers, part: member.outboxes.part(), onStuck: (reason) => this.#stuck(reason) });
    this.#offHandshake = timers.after(
      HANDSHAKE_MS_MAX,
      () => this.#fault(new ProtocolFault('the handshake took too long')),
      'idle',
    );
  }

  received(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#heardMs = this.#member.options.host.clock.monotonicMs();
    if (this.#declined < ENCRYPTION_ASKS_MAX && asksPostgresEncryption(bytes)) {
      this.#declined++;
      return this.#wire.send(POSTGRES_UNENCRYPTED);
    }
    this.#declined = ENCRYPTION_ASKS_MAX;
    this.#outbox.serve(() => {
      try {
        this.#reader.push(bytes);
        this.#checkUnread();
      } catch (error) {
        this.#fault(error);
      }
    });
  }

  drained(): void {
    this.#outbox.drained();
    try {
      this.#goOn();
      this.#checkUnread();
    } catch (error) {
      this.#fault(error);
    }
    this.#outbox.flush();
    if (!this.#isOver) this.#session?.drained();
  }

  closed(error?: Error): void {
    if (error !== undefined && !this.#isOver) this.#log('info', `a connection was lost: ${error.message}`);
    this.#over();
    this.#offLinger?.();
    this.#onClosed();
  }

  /** Ends it where nothing has come for too long. What it does not take itself is the outbox's affair. */
  checkSilence(nowMs: number): void {
    if (nowMs - this.#heardMs < CLIENT_SILENCE_MS_MAX || this.#outbox.isFull) return;
    this.#stuck(`nothing came for ${CLIENT_SILENCE_MS_MAX} ms`);
  }

  /** Lets it go for one that came later. */
  giveWay(reason: string): void {
    this.#stuck(reason);
  }

  get out(): FrameWriter {
    return this.#outbox.out;
  }

  get bufferedBytes(): number {
    return this.#outbox.bufferedBytes;
  }

  /** Whether no more requests are read, since answers were not taken. */
  get isFull(): boolean {
    return this.#outbox.isFull;
  }

  flushSoon(): void {
    this.#outbox.flushSoon();
  }

  goAway(reason: string): void {
    if (this.#session === undefined) return;
    this.out.room(1).u8(Tell.goaway);
    writePlain(this.out, reason);
    this.#outbox.flush();
  }

  end(): void {
    this.#outbox.flush();
    this.#endWire();
  }

  /** Counts what came and waits. Throws ProtocolFault where that is too much. */
  #checkUnread(): void {
    const left = this.#left.length === 0 ? 0 : this.#left.reduce((sum, { length }) => sum + length, 0);
    const bytes = this.#reader.heldBytes + left;
    if (bytes <= UNREAD_COUNTED_MIN && this.#unread.bytes === 0) return;
    this.#unread.set(bytes);
    if (bytes > UNREAD_COUNTED_MIN && this.#unread.isPastShare)
      throw new ProtocolFault(
        `connections have sent UNREAD_BYTES_MAX, ${UNREAD_BYTES_MAX}, bytes that cannot be read yet, this one ${bytes}`,
      );
  }

  #content(bytes: Uint8Array, start: number, end: number): void {
    if (this.#left.length > 0) this.#left.push(bytes.slice(start, end));
    else if (!this.#isOver) this.#messages(bytes, start, end);
  }

  /** What is left when the outbox is full waits: one frame and what came with it, since nothing more is read then. */
  #messages(bytes: Uint8Array, start: number, end: number): void {
    const reader = new RecordReader(bytes, start, end);
    while (reader.rest > 0 && !this.#isOver) {
      if (this.#outbox.isFull) {
        this.#left.unshift(bytes.slice(reader.at, end));
        return;
      }
      this.#message(reader);
    }
  }

  #goOn(): void {
    while (this.#left.length > 0 && !this.#outbox.isFull && !this.#isOver) {
      const bytes = this.#left.shift()!;
      this.#messages(bytes, 0, bytes.length);
    }
  }

  #message(reader: RecordReader): void {
    const kind = reader.u8();
    const session = this.#session;
    if (kind === Ask.hello) return this.#hello(reader);
    if (session === undefined) throw new ProtocolFault('the first message is no hello');
    switch (kind) {
      case Ask.acked:
        return session.acked(reader.u32());
      case Ask.aside:
        return session.setAside(readSeqs(reader));
      case Ask.cancel:
        return session.cancel(reader.u32());
      case Ask.credit:
        return session.credit(reader.u32(), reader.u32());
      case Ask.resume:
        return session.resume(reader.u32(), reader.u32(), reader.u32());
      case Ask.ping:
        return this.out.room(1).u8(Tell.pong);
      case Ask.goodbye:
        session.end();
        return this.end();
      case Ask.type:
        return this.types.declare(reader.u16(), reader.text());
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
    session.request(readHead(kind, reader), reader, length);
    reader.seek(end, frameEnd);
  }

  #hello(reader: RecordReader): void {
    if (this.#session !== undefined) throw new ProtocolFault('a second hello');
    const { space, session: name, features, types } = checkHello(readPlain(reader));
    const { options, incarnation } = this.#member;
    if (space !== options.space) throw this.#refusal(unknownSpace(space, options.space));
    const full = this.#member.refusal();
    if (full !== undefined) throw this.#refusal(full);
    this.#offHandshake?.();
    this.#offHandshake = undefined;
    this.#reader.bytesMax = FRAME_BYTES_MAX;
    const { session, isResumed } = this.#member.session(name);
    this.#session = session;
    this.#member.greeted(this);
    this.#greet();
    const welcome: Welcome = {
      space,
      incarnation,
      session: session.name,
      isResumed,
      partitions: options.partitions,
      hosts: this.#hosts,
      inFlight: session.inFlightMax,
      features: FEATURES.filter((feature) => features.includes(feature)),
      types: types.filter((fingerprint) => this.#member.declarations.has(fingerprint)),
    };
    this.out.room(1).u8(Tell.welcome);
    writePlain(this.out, welcome);
    session.attach(this);
  }

  #greet(): void {
    if (this.#isGreeted) return;
    this.#isGreeted = true;
    this.#wire.send(preamble());
  }

  /** Of a hello that is answered with an error, number 0. */
  #refusal(error: WeftError): ProtocolFault {
    this.#greet();
    writeFailure(this.out, 0, error);
    this.#outbox.flush();
    return new ProtocolFault(error.message);
  }

  /** Ends with what is wrong in the log. */
  #fault(error: unknown): void {
    if (this.#isOver) return;
    if (!isFault(error)) {
      this.#member.log.add({ level: 'error', message: 'a connection ends: an error of our own', cause: error });
      this.#wire.destroy();
      return this.#over();
    }
    this.#log('warn', `a connection ends: ${error.message}`);
    if (error instanceof ProtocolFault && error.answer !== undefined && !this.#isGreeted)
      this.#wire.send(Uint8Array.from(error.answer, (unit) => unit.charCodeAt(0)));
    this.#endWire();
  }

  #endWire(): void {
    if (this.#isOver) return;
    this.#wire.end();
    this.#over();
    this.#offLinger = this.#member.options.host.timers.after(LINGER_MS_MAX, () => this.#wire.destroy(), 'idle');
  }

  /** Whatever waits for the other end is not waited for. */
  #stuck(reason: string): void {
    if (this.#isOver) return;
    this.#log('warn', `a connection ends: ${reason}`);
    this.#wire.destroy();
    this.#over();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#left = [];
    this.#outbox.close();
    this.#unread.close();
    this.types.close();
    this.#offHandshake?.();
    this.#session?.detach(this);
  }

  #log(level: 'info' | 'warn', message: string): void {
    this.#member.log.add({ level, message, peer: this.#wire.peer });
  }
}

function unknownSpace(asked: string, served: string): WeftError {
  return new WeftError(
    'SPACE_UNKNOWN',
    `The host serves the space ${JSON.stringify(served)}, not ${JSON.stringify(asked)}.`,
  );
}
