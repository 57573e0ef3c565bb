import type { FrameWriter, RequestHead } from '@weft/protocol';
import type { TypeTable } from './type-table.ts';

/** What every request carries through every layer. */
export interface RequestContext extends RequestHead {
  /** Who asks. Everybody on loopback is one. */
  readonly principal: string;
  /** The types of the connection that it came over. */
  readonly types: TypeTable;
  readonly replies: Replies;
}

/** How requests are answered: a session, whatever connection it has by then. */
export interface Replies {
  /** The connection that the session has now. */
  readonly outlet: Outlet | undefined;
  /** Answers a request. `isKept`: the reply is kept until the client has it, since the request must not be done again. */
  reply(seq: number, isKept: boolean, write?: (frame: FrameWriter) => void): void;
  fail(seq: number, error: unknown): void;
  /** Fires when the request is not wanted any more. */
  signal(seq: number): AbortSignal;
  endStream(seq: number): void;
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

/** A request that is answered by items, as many as its client has room for. */
export interface ServerStream {
  /** So many items more may be sent. */
  credit(items: number): void;
  /** Something that the client says to it. */
  tell(value: unknown): void;
  /** A new connection of its session: what was not received is to be sent again. */
  resume(): void;
  /** The connection has room again. */
  drained(): void;
  close(): void;
}
