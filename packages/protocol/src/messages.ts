/**
 * The messages of version 1. Each begins with its kind, a byte; `docs/protocol.md` has their bytes.
 *
 * A *request* has a sequence number of its session, and gets one reply. Replies come in any order. A request for a *stream* is answered at once; items follow,
 * numbered from 0, no more ahead of what the client has taken than its window, and then an end. The stream goes by the number of its request until the client
 * closes it. What was not taken is kept, so that after a cut it comes again from where the client says.
 */
import { utf8Length } from '@weft/base';
import { type RecordReader, VARINT_BYTES_MAX } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { ASIDE_MAX } from './limits.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** From client to server. */
export const Ask = {
  /** Who asks, what it speaks: a plain value. The first message of a connection. */
  hello: 0x01,
  /** All replies below this sequence number have come (u32). */
  acked: 0x02,
  /** A request is not wanted any more (u32). */
  cancel: 0x03,
  /** So many items of a stream were taken (u32 sequence number, u32 items): they need not be kept, and as many more may come. */
  credit: 0x04,
  ping: 0x06,
  /** The client goes; its session ends. */
  goodbye: 0x07,
  /** A declaration, by which later requests name it (u16 number, text: its schema as JSON). What is wrong with it is told to these. */
  type: 0x08,
  /** On a new connection, of each open stream: u32 sequence number, u32 items received, u32 items taken. Only then it goes on. */
  resume: 0x09,
  /** All requests that wait for their replies outside of the window, since they take long (u16 how many, u32 sequence numbers): see `Ask.acked`. */
  aside: 0x0a,
  /** Requests from here on: see `RequestHead`. */
  get: 0x11,
  write: 0x12,
  update: 0x13,
  delete: 0x14,
  /** Any other verb of a type or of the grid: its name, a text, and its arguments, a plain value. */
  call: 0x15,
  /** A verb that answers with a stream: its name, a text, the window (u32 items), its arguments, a plain value. */
  open: 0x16,
} as const;

/** From server to client. */
export const Tell = {
  /** What was agreed on: a plain value. */
  welcome: 0x81,
  /** u32 sequence number, then the answer. */
  reply: 0x82,
  /** u32 sequence number, then the error. */
  failure: 0x83,
  /** Of a stream: u32 sequence number, u32 number of the first item, u32 count, u32 bytes of the items, then they. */
  items: 0x84,
  pong: 0x85,
  /** The server goes: no new requests here (a text that says why). */
  goaway: 0x86,
  /** A stream is over: u32 sequence number, u32 items that it had, u8 1 where an error follows. */
  end: 0x87,
} as const;

const HAS_DEADLINE = 1;
const HAS_IDEMPOTENCY_ID = 2;
const HAS_TRACE = 4;
const TRACE_BYTES = 24;
/** Of them, those of the id of the trace; that of the span follows. */
const TRACE_ID_BYTES = 16;
const HEAD_BYTES_MAX = 1 + 4 + 4 + 1 + 4 + TRACE_BYTES + VARINT_BYTES_MAX + 2;

/** The id of a trace, in hexadecimal digits as others write it. */
export function traceText(trace: Uint8Array): string {
  return Array.from(trace.subarray(0, TRACE_ID_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The context that every request carries. */
export interface RequestHead {
  readonly kind: number;
  /** 1 for a session's first request, 2 for the next. */
  readonly seq: number;
  /** Of the connection, as `Ask.type` gave it out; 0 where the request is of no type. */
  readonly type: number;
  /** Milliseconds that the client still waits; undefined for ever. */
  readonly deadlineMs: number | undefined;
  readonly idempotencyId: string | undefined;
  /** Trace id and span id of W3C Trace Context. */
  readonly trace: Uint8Array | undefined;
}

/**
 * Kind, length of all that follows (u32, which `endRequest` fills in), sequence number (u32), flags (u8), what the flags say, and the type (u16).
 */
export function writeHead(frame: FrameWriter, head: RequestHead): void {
  const { kind, seq, type, deadlineMs, idempotencyId, trace } = head;
  const idBytes = idempotencyId === undefined ? 0 : utf8Length(idempotencyId);
  const target = frame.room(HEAD_BYTES_MAX + idBytes);
  target.u8(kind);
  target.u32(0);
  target.u32(seq);
  target.u8(
    (deadlineMs === undefined ? 0 : HAS_DEADLINE) |
      (idempotencyId === undefined ? 0 : HAS_IDEMPOTENCY_ID) |
      (trace === undefined ? 0 : HAS_TRACE),
  );
  if (deadlineMs !== undefined) target.u32(Math.min(0xffff_ffff, Math.ceil(deadlineMs)));
  if (idempotencyId !== undefined) target.text(idempotencyId);
  if (trace !== undefined) {
    target.bytes.set(trace.subarray(0, TRACE_BYTES), target.at);
    target.at += TRACE_BYTES;
  }
  target.u16(type);
}

/** A request that began where the frame had this length is whole. */
export function endRequest(frame: FrameWriter, from: number): void {
  frame.patch(from + 1, frame.length - from - 5);
}

/** Behind the kind and the length. */
export function readHead(kind: number, reader: RecordReader): RequestHead {
  const seq = reader.u32();
  const flags = reader.u8();
  if ((flags & ~(HAS_DEADLINE | HAS_IDEMPOTENCY_ID | HAS_TRACE)) !== 0)
    throw new ProtocolFault('a request has flags that are not known');
  const deadlineMs = (flags & HAS_DEADLINE) === 0 ? undefined : reader.u32();
  const idempotencyId = (flags & HAS_IDEMPOTENCY_ID) === 0 ? undefined : reader.text();
  const trace = (flags & HAS_TRACE) === 0 ? undefined : reader.raw(TRACE_BYTES);
  return { kind, seq, deadlineMs, idempotencyId, trace, type: reader.u16() };
}

/** Of `Ask.aside`. */
export function writeSeqs(frame: FrameWriter, seqs: readonly number[]): void {
  const target = frame.room(3 + 4 * seqs.length);
  target.u8(Ask.aside);
  target.u16(seqs.length);
  for (const seq of seqs) target.u32(seq);
}

/** Behind the kind. */
export function readSeqs(reader: RecordReader): number[] {
  const count = reader.u16();
  if (count > ASIDE_MAX) throw new ProtocolFault(`${count} requests are put aside`);
  return Array.from({ length: count }, () => reader.u32());
}

/** What a write may be told, beside its row. */
export interface WriteFlags {
  readonly isNew: boolean;
  /** Milliseconds that the row lives, Infinity for ever; undefined for what its type says. */
  readonly ttlMs: number | undefined;
}

const ONLY_NEW = 1;
const HAS_TTL = 2;

export function writeFlags(frame: FrameWriter, { isNew, ttlMs }: WriteFlags): void {
  const target = frame.room(9);
  target.u8((isNew ? ONLY_NEW : 0) | (ttlMs === undefined ? 0 : HAS_TTL));
  if (ttlMs !== undefined) target.f64(ttlMs);
}

export function readFlags(reader: RecordReader): WriteFlags {
  const flags = reader.u8();
  if (flags > (ONLY_NEW | HAS_TTL)) throw new ProtocolFault('a write has flags that are not known');
  return { isNew: (flags & ONLY_NEW) !== 0, ttlMs: (flags & HAS_TTL) === 0 ? undefined : reader.f64() };
}
