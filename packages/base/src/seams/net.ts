/** One end of an open connection: a socket, or what a simulator has in its place. Bytes come in the order in which they were sent, or it closes. */
export interface Wire {
  /** Whom it leads to, for the log; undefined where that has no name. */
  readonly peer?: string | undefined;
  /** Sends the bytes, which are the wire's from now on: they are not to be changed. After `end` or a close nothing is sent. */
  send(bytes: Uint8Array): void;
  /** Bytes that were sent and have not left this process yet. */
  readonly bufferedBytes: number;
  /** Whether what comes in is left where it is: a peer that sends too much finds no room. */
  pause(): void;
  resume(): void;
  /** Sends what waits, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

/** What becomes of a connection. None is called any more after `closed`. */
export interface WireEvents {
  /** Bytes that came: valid within the call only. */
  received(bytes: Uint8Array): void;
  /** `bufferedBytes` is 0 again. */
  drained(): void;
  /** It is closed, by whichever end. `error`: why, where it was not in order. */
  closed(error?: Error): void;
}

/** Opens connections. */
export interface Dialer {
  /** Opens a connection to an address, `host:port` or the path of a Unix socket. Rejects where nobody listens there, and once `signal` fires before it is open. */
  dial(address: string, events: WireEvents, signal?: AbortSignal): Promise<Wire>;
}
