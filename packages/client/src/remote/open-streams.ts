import type { RecordReader } from '@weft/log';
import { ProtocolFault, readError } from '@weft/protocol';
import type { OpenStream } from './open-stream.ts';
import type { AnyCall } from './remote-call.ts';

/** The streams that a session has open, by the number of the request that opened each. */
export class OpenStreams {
  readonly #streams = new Map<number, OpenStream>();

  /** What a call opens that is sent. */
  add({ seq, stream }: AnyCall): void {
    if (stream !== undefined) this.#streams.set(seq, stream);
  }

  delete(seq: number): void {
    this.#streams.delete(seq);
  }

  /** Items have come. Those of a stream that was closed here come still, and of a session that was left. */
  items(reader: RecordReader, isLeft: boolean): void {
    const stream = this.#streams.get(reader.u32());
    const first = reader.u32();
    const count = reader.u32();
    const end = reader.u32() + reader.at;
    if (stream === undefined || isLeft) reader.raw(end - reader.at);
    else stream.received(first, count, reader);
    if (reader.at !== end) throw new ProtocolFault('items do not have the length that is said');
  }

  ended(reader: RecordReader): void {
    const stream = this.#streams.get(reader.u32());
    const count = reader.u32();
    const error = reader.u8() === 0 ? undefined : readError(reader);
    stream?.ended(count, error);
  }

  resumed(): void {
    for (const stream of this.#streams.values()) stream.resumed();
  }

  /** All of them, which are not open here any more. */
  takeAll(): OpenStream[] {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    return streams;
  }

  /** Whether nothing would be lost that a host which stops waits for. */
  get areEndless(): boolean {
    return this.#all(({ isEndless }) => isEndless);
  }

  /** Whether nothing would be lost with the session: all go on in the next, or begin again there. */
  get mayMove(): boolean {
    return this.#all(({ giveWay, isEndless, holds }) => giveWay !== undefined || (isEndless && !holds));
  }

  /** Ends what only waits. */
  giveWay(): void {
    for (const { giveWay } of this.#streams.values()) giveWay?.();
  }

  /** Whether something waits that may have been given what it waits for. */
  get areWaiting(): boolean {
    return !this.#all(({ giveWay }) => giveWay === undefined);
  }

  #all(meets: (stream: OpenStream) => boolean): boolean {
    for (const stream of this.#streams.values()) if (!meets(stream)) return false;
    return true;
  }
}
