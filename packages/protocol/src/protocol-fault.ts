/** What came over a connection is not the protocol. The connection ends, with these words in the log; where it is within a request, only that. */
export class ProtocolFault extends Error {
  override readonly name = 'ProtocolFault';
  /** What the other end is to be told, in its own protocol where that is known; bytes as Latin-1. */
  readonly answer: string | undefined;

  constructor(message: string, answer?: string) {
    super(message);
    this.answer = answer;
  }
}
