/** Test help: a wire into a member, whose client end the test plays byte by byte. */
import type { Wire, WireEvents } from '@weft/base';
import type { Member } from '@weft/member';
import { RecordReader } from '@weft/log';
import {
  Ask,
  endRequest,
  FrameReader,
  FrameWriter,
  preamble,
  readPlain,
  Tell,
  writeHead,
  writePlain,
} from '@weft/protocol';
import { readError } from '@weft/protocol';

/** One message that the member sent. */
export interface Told {
  readonly kind: number;
  readonly seq: number;
  readonly value: unknown;
}

export class RawClient implements Wire {
  readonly sent: Uint8Array[] = [];
  readonly #events: WireEvents;
  bufferedBytes = 0;
  /** Whether what is sent stays where it is. */
  isStuck = false;
  isPaused = false;
  isEnded = false;
  isDestroyed = false;
  #isClosed = false;

  constructor(member: Member) {
    this.#events = member.accept(this);
  }

  send(bytes: Uint8Array): void {
    if (this.isEnded || this.isDestroyed) return;
    this.sent.push(bytes.slice());
    if (this.isStuck) this.bufferedBytes += bytes.length;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.isDestroyed = this.#isClosed = true;
    this.#events.closed();
  }

  /** The client end closes. */
  close(): void {
    this.destroy();
  }

  /** Takes what was sent. */
  take(): void {
    this.bufferedBytes = 0;
    this.#events.drained();
  }

  say(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#events.received(bytes);
  }

  hello(fields: object = {}): void {
    this.say(preamble());
    this.frame((frame) => {
      frame.room(1).u8(Ask.hello);
      writePlain(frame, { space: 'demo', client: 'test', session: undefined, ...fields });
    });
  }

  frame(write: (frame: FrameWriter) => void): void {
    this.say(frameOf(write));
  }

  get isOver(): boolean {
    return this.isEnded || this.isDestroyed;
  }

  /** What was sent, as text; for those who speak other protocols. */
  get text(): string {
    return this.sent.map((bytes) => String.fromCharCode(...bytes)).join('');
  }

  /** The messages that were sent, as far as this knows them. */
  get told(): readonly Told[] {
    const told: Told[] = [];
    const reader = new FrameReader((bytes, start, end) => {
      const message = new RecordReader(bytes, start, end);
      while (message.rest > 0) {
        const next = readTold(message);
        if (next === undefined) return;
        told.push(next);
      }
    });
    for (const bytes of this.sent) reader.push(bytes);
    return told;
  }
}

export function frameOf(write: (frame: FrameWriter) => void): Uint8Array {
  const frame = new FrameWriter();
  write(frame);
  return frame.take().slice();
}

/** Any verb of no type, or of type 1. */
export function writeCall(frame: FrameWriter, seq: number, verb: string, args: object, type = 0): void {
  const from = frame.length;
  writeHead(frame, {
    kind: Ask.call,
    seq,
    type,
    deadlineMs: undefined,
    idempotencyId: undefined,
    trace: undefined,
  });
  frame.room(5 + verb.length).text(verb);
  writePlain(frame, args);
  endRequest(frame, from);
}

/** A stream of no type, or of type 1. */
export function writeOpen(frame: FrameWriter, seq: number, verb: string, args: object, type = 0): void {
  const from = frame.length;
  const head = { kind: Ask.open, seq, type, deadlineMs: undefined, idempotencyId: undefined, trace: undefined };
  writeHead(frame, head);
  const target = frame.room(9 + verb.length);
  target.text(verb);
  target.u32(64);
  writePlain(frame, args);
  endRequest(frame, from);
}

/** Replies of calls only: what follows other replies is not known here. */
function readTold(reader: RecordReader): Told | undefined {
  const kind = reader.u8();
  switch (kind) {
    case Tell.welcome:
      return { kind, seq: 0, value: readPlain(reader) };
    case Tell.reply:
      return { kind, seq: reader.u32(), value: readPlain(reader) };
    case Tell.failure:
      return { kind, seq: reader.u32(), value: readError(reader) };
    case Tell.items: {
      const seq = reader.u32();
      reader.raw(8);
      return { kind, seq, value: reader.raw(reader.u32()) };
    }
    case Tell.pong:
      return { kind, seq: 0, value: undefined };
    case Tell.goaway:
      return { kind, seq: 0, value: readPlain(reader) };
    default:
      return undefined;
  }
}
