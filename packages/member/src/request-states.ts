import { ProtocolFault, SeqRing } from '@weft/protocol';
import type { SharedPart } from './shared-bytes.ts';

/** Bytes of a request that is under way, or the reply that is kept; nothing of a read that was answered. */
type State = number | Uint8Array;

/** What a reply that is kept takes beside its bytes. */
const REPLY_BYTES = 256;

/**
 * What became of the requests of a session whose replies the client may not have. They stand in a ring, below whose first number all replies have come; what
 * takes long, so that it would hold up the ring, the client puts aside.
 */
export class RequestStates {
  readonly #ring = new SeqRing<State>();
  readonly #aside = new Map<number, State | undefined>();
  /** Bytes of the replies that are kept, in the account of the host. */
  readonly #part: SharedPart;
  /** Requests below were seen. */
  #seenBelow = 1;

  constructor(part: SharedPart) {
    this.#part = part;
  }

  /** All replies below have come, but of what was put aside. */
  get below(): number {
    return this.#ring.below;
  }

  /** Of the replies that are kept. */
  get keptBytes(): number {
    return this.#part.bytes;
  }

  /** Whether all sessions keep too much, and this one more than its share of it. */
  get isPastShare(): boolean {
    return this.#part.isPastShare;
  }

  /** Whether a request of this number may come, now or again. `most`: in the ring. */
  mayCome(seq: number, most: number): boolean {
    return seq >= this.below ? seq < this.below + most : this.#aside.has(seq);
  }

  /** What is known of a request that may come. */
  get(seq: number): State | undefined {
    return this.#isAside(seq) ? this.#aside.get(seq) : this.#ring.get(seq);
  }

  /** A request has come. */
  see(seq: number): void {
    this.#seenBelow = Math.max(this.#seenBelow, seq + 1);
  }

  begin(seq: number, bytes: number): void {
    this.#set(seq, bytes);
  }

  /** It is not under way any more; its bytes, undefined where it was not. */
  end(seq: number): number | undefined {
    const bytes = this.get(seq);
    if (typeof bytes !== 'number') return undefined;
    this.#set(seq, undefined);
    return bytes;
  }

  keep(seq: number, reply: Uint8Array): void {
    this.#part.add(reply.length + REPLY_BYTES);
    this.#set(seq, reply);
  }

  /** All replies below have come. Throws ProtocolFault where they were not given. */
  acked(below: number): void {
    if (below > this.#seenBelow) throw new ProtocolFault('replies were acknowledged that were never asked for');
    while (this.#ring.below < below) {
      this.#checkGiven(this.#ring.get(this.#ring.below));
      this.#forget(this.#ring.shift());
    }
  }

  /** These are all that is put aside now: of what was and is not any more, the replies have come. Throws ProtocolFault. */
  setAside(seqs: readonly number[]): void {
    const named = new Set(seqs);
    // What is under way is never lost sight of, whatever a client says.
    for (const [seq, state] of this.#aside) if (!named.has(seq)) this.#checkGiven(state);
    for (const seq of named)
      if (!this.#aside.has(seq) && (seq < this.below || seq >= this.#seenBelow))
        throw new ProtocolFault(`the request ${seq} was put aside, which is none that waits`);
    for (const [seq, state] of this.#aside) {
      if (named.has(seq)) continue;
      this.#forget(state);
      this.#aside.delete(seq);
    }
    for (const seq of named) {
      if (this.#aside.has(seq)) continue;
      this.#aside.set(seq, this.#ring.get(seq));
      this.#ring.set(seq, undefined);
    }
  }

  #set(seq: number, state: State | undefined): void {
    if (this.#isAside(seq)) this.#aside.set(seq, state);
    else this.#ring.set(seq, state);
  }

  #isAside(seq: number): boolean {
    return this.#aside.size > 0 && this.#aside.has(seq);
  }

  #checkGiven(state: State | undefined): void {
    if (typeof state === 'number') throw new ProtocolFault('replies were acknowledged that were not given yet');
  }

  #forget(state: State | undefined): void {
    if (state instanceof Uint8Array) this.#part.add(-state.length - REPLY_BYTES);
  }

  /** The session is over. */
  close(): void {
    this.#part.close();
  }
}
