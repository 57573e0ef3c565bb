/** What a host serves, counted. */
export interface MemberStats {
  readonly connections: number;
  /** Of these, those that have not said who they are. */
  readonly handshakes: number;
  /** Connections that there was no room for, so far. */
  readonly refusedConnections: number;
  /** Bytes that came and cannot be read yet, of connections with much of them: of frames that are not whole, and behind answers that are not taken. */
  readonly unreadBytes: number;
  /** Bytes that wait to leave connections. */
  readonly outboxBytes: number;
  /** Connections that nothing is read from, since they do not take their answers. */
  readonly fullOutboxes: number;
  /** Sessions, those without connection among them. */
  readonly sessions: number;
  readonly streams: number;
  /** Replies that are kept until their clients have them. */
  readonly keptReplyBytes: number;
  /** Rows of calls of which others are still to come. */
  readonly heldRowBytes: number;
  /** Events that are kept as bytes for whoever else waits for them. */
  readonly encodedEventBytes: number;
  /** Declarations that clients have sent, and the bytes of these and of those that were refused and connections keep. */
  readonly declarations: number;
  readonly declarationBytes: number;
  /** Requests that were begun and have no answer, and their bytes. */
  readonly requests: number;
  readonly requestBytes: number;
  /** Requests that were refused with OVERLOADED, so far. */
  readonly refused: number;
  /** How long what came waited for the thread when it was last looked at, in milliseconds. */
  readonly queueDelayMs: number;
  /** Whether requests are refused, since that delay stands. */
  readonly isRefusing: boolean;
  /** Events that the log was not told of, since there were too many. */
  readonly untoldEvents: number;
}
