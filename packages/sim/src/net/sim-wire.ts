import type { Wire, WireEvents } from '@weft/base';
import type { SimProcess } from '../time/sim-process.ts';
import type { Flow, FlowTarget } from './flow.ts';

/** What is done with the bytes of a chunk that was received, once the call is over: whoever keeps them has rubbish. */
const SCRIBBLE = 0xdd;

/** One end of a connection between two simulated processes. */
export class SimWire implements Wire, FlowTarget {
  readonly process: SimProcess;
  /** Bytes on their way to the other end. */
  out!: Flow;
  /** Those that come here. */
  in!: Flow;
  /** What is sent goes in pieces. */
  pieces: (bytes: Uint8Array) => readonly Uint8Array[] = (bytes) => [bytes];
  /** Called with each use of a wire whose other end knows nothing of it any more. */
  onStale: (() => void) | undefined;
  #events: WireEvents | undefined;
  #state: 'open' | 'ending' | 'closed' = 'open';
  #isPaused = false;
  #bufferedBytes = 0;

  constructor(process: SimProcess) {
    this.process = process;
  }

  /** From here on its process hears of it. */
  open(events: WireEvents): void {
    this.#events = events;
    this.in.resume();
  }

  get isClosed(): boolean {
    return this.#state === 'closed' || this.process.isDead;
  }

  /** Whether nothing is taken from it now. */
  get isPaused(): boolean {
    return this.#isPaused || this.#events === undefined;
  }

  get readyAtMs(): number {
    return this.process.readyAtMs;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  send(bytes: Uint8Array): void {
    if (this.#state !== 'open' || this.process.isDead || bytes.length === 0) return;
    this.#bufferedBytes += bytes.length;
    if (this.onStale !== undefined) return this.onStale();
    for (const piece of this.pieces(bytes)) this.out.send(piece);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.in.resume();
  }

  end(): void {
    if (this.#state !== 'open' || this.process.isDead) return;
    this.#state = 'ending';
    if (this.onStale !== undefined) return this.onStale();
    this.out.end();
  }

  destroy(): void {
    if (this.#state === 'closed' || this.process.isDead) return;
    if (this.#state === 'open' && this.onStale === undefined) this.out.end(new Error('read ECONNRESET'));
    this.close();
  }

  /** Closes this end; its process is told as the next thing. */
  close(error?: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.in.drop();
    const events = this.#events;
    this.process.after(0, () => events?.closed(error));
  }

  /** Bytes that were on their way from here have come. */
  left(bytes: number): void {
    this.#bufferedBytes -= bytes;
    this.process.whenReady(() => {
      if (this.#bufferedBytes === 0 && this.#state === 'open') this.#events?.drained();
    });
  }

  arrived(bytes: Uint8Array): void {
    if (this.isClosed) return;
    const copy = bytes.slice();
    this.#events?.received(copy);
    copy.fill(SCRIBBLE);
  }

  /** The other end sends nothing any more: this one ends too. */
  ended(error: Error | undefined): void {
    if (this.isClosed) return;
    if (error === undefined && this.#state === 'open') this.out.end();
    this.close(error);
  }
}
