import type { Grid, Host } from '@weft/client';
import type { FrameWriter, RequestHead } from '@weft/protocol';
import type { EncodedEvents } from './encoded-events.ts';
import type { HeldRows } from './held-rows.ts';
import type { TypeTable } from './type-table.ts';
import type { WorkLoad } from './work-load.ts';

/** What every request carries through every layer. */
export interface RequestContext extends RequestHead {
  /** Who asks. Everybody on loopback is one. */
  readonly principal: string;
  /** The types of the connection that it came over. */
  readonly types: TypeTable;
  readonly replies: Replies;
  readonly host: Host;
  /** What is served, and its name. */
  readonly grid: Grid;
  readonly space: string;
  readonly events: EncodedEvents;
  /** Questions that are under way. */
  readonly works: WorkLoad;
}

/** How requests are answered: a session, whatever connection it has by then. */
export interface Replies {
  /** The connection that the session has now. */
  readonly outlet: Outlet | undefined;
  /** Rows that wait for the others of their call. */
  readonly held: HeldRows;
  /** Answers a request. `isKept`: the reply is kept until the client has it, since the request must not be done again. */
  reply(seq: number, isKept: boolean, write?: (frame: FrameWriter) => void): void;
  fail(seq: number, error: unknown): void;
  /** Fires when the request is not wanted any more. */
  signal(seq: number): AbortSignal;
  /** Whether no new work is taken. */
  readonly isDraining: boolean;
  /** What is open under the number of the request that opened it. Throws CLOSED where nothing is. */
  stream(seq: unknown): ServerStream;
  /** The client wants no more of it; nothing where it is not open. */
  closeStream(seq: unknown): void;
}

/** Where a session's messages go. */
export interface Outlet {
  readonly types: TypeTable;
  /** The messages that go out with the next frame. Whoever writes calls `flushSoon`. */
  readonly out: FrameWriter;
  /** Bytes that have not left this process. */
  readonly bufferedBytes: number;
  flushSoon(): void;
  /** Sends what waits, and closes. */
  end(): void;
}

/** What a client has open: items, as many as it has room for. */
export interface ServerStream {
  /** What the client is told of it: a plain value. */
  readonly opened: unknown;
  /** Whether it has no end of its own: a host that stops does not wait for it. */
  readonly isEndless: boolean;
  /** The host stops: what only waits for something to come ends now, with this error. */
  endWait(error: Error): void;
  /** It is known to the client: items may be sent. */
  start(): void;
  /** The client has taken so many items. */
  credit(taken: number): void;
  /** A new connection of its session: nothing is sent before `resume`. */
  halt(): void;
  /** The client has received so many items and taken so many; the others are to be sent again. */
  resume(received: number, taken: number): void;
  /** Something that the client asks of it. */
  ask(verb: string, args: Readonly<Record<string, unknown>>, context: RequestContext): Promise<unknown>;
  /** The connection has room again. */
  drained(): void;
  close(): void;
}
