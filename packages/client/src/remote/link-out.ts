import { utf8Length, type Clock } from '@weft/base';
import { VARINT_BYTES_MAX, type RecordBytes } from '@weft/log';
import { Ask, FrameWriter, writeSeqs } from '@weft/protocol';
import type { LinkWire } from './link-wire.ts';
import type { AnyCall } from './remote-call.ts';
import type { RemoteType } from './remote-type.ts';

/** Bytes of requests that go out though more follow in the same run of code: the host begins, while the client goes on. A thousand calls in one run come to that. */
const REQUESTS_BYTES_AIM = 64 * 1024;
/** Fingerprints that a hello tells: they fit into HELLO_BYTES_MAX. */
const FINGERPRINTS_MAX = 100;

export interface LinkOutParts {
  readonly clock: Clock;
  /** Calls back once the present run of code has ended. */
  readonly soon: (callback: () => void) => void;
  /** Of the declarations that will be used, as far as they are known. */
  readonly fingerprints: readonly string[];
}

/** What leaves a link: the messages of one run of code in one frame, or in several where they are long, where there is a connection that takes them. */
export class LinkOut {
  readonly #parts: LinkOutParts;
  #frame = new FrameWriter();
  #wire: LinkWire | undefined;
  /** Fingerprints of types that the host knows. */
  #known: readonly string[] = [];
  /** Numbers of the types that this connection has been told of. */
  #declared = new Set<number>();
  /** Of the types that any connection has been told of. */
  readonly #fingerprints: Set<string>;
  #isFlushing = false;
  /** When the run of code began whose calls go out together. */
  #runMs = 0;

  constructor(parts: LinkOutParts) {
    this.#parts = parts;
    this.#fingerprints = new Set(parts.fingerprints);
  }

  /** Whether there is a connection, over which the host has said welcome. */
  get isOpen(): boolean {
    return this.#wire !== undefined;
  }

  /** The time, by the monotonic clock: within one run of code that of its first call. */
  get nowMs(): number {
    return this.#isFlushing ? this.#runMs : this.#parts.clock.monotonicMs();
  }

  /** For a hello. */
  get fingerprints(): string[] {
    return [...this.#fingerprints].slice(0, FINGERPRINTS_MAX);
  }

  /** A connection takes messages. `known`: fingerprints of types that its host knows. */
  open(wire: LinkWire, known: readonly string[]): void {
    this.#wire = wire;
    this.#known = known;
    this.#frame = new FrameWriter();
    this.#declared = new Set();
  }

  /** It takes none any more. */
  shut(): void {
    this.#wire = undefined;
  }

  /** A message of numbers, which goes out soon. */
  tell(kind: number, ...numbers: readonly number[]): void {
    const target = this.#message(1 + 4 * numbers.length);
    target.u8(kind);
    for (const number of numbers) target.u32(number);
  }

  /** Which requests wait outside of the window. */
  aside(seqs: readonly number[]): void {
    writeSeqs(this.#frame, seqs);
  }

  /** A request, which goes out soon. */
  call(call: AnyCall): void {
    if (call.type !== undefined) this.#declare(call.type);
    for (const type of call.types) this.#declare(type);
    call.isSent = true;
    if (!this.#isFlushing) this.#flushSoon();
    call.write(this.#frame, this.#runMs);
    if (this.#frame.length >= REQUESTS_BYTES_AIM) this.flush();
  }

  flush(): void {
    const wire = this.#wire;
    if (wire !== undefined && !this.#frame.isEmpty) wire.send(this.#frame.take(wire.bufferedBytes > 0));
  }

  /** The connection is told of a type before the first request that names it. */
  #declare({ number, schemaText, type }: RemoteType): void {
    if (this.#declared.has(number)) return;
    this.#declared.add(number);
    const { fingerprint } = type.schema;
    const text = this.#known.includes(fingerprint) ? fingerprint : schemaText;
    if (this.#fingerprints.size < FINGERPRINTS_MAX) this.#fingerprints.add(fingerprint);
    const target = this.#message(3 + VARINT_BYTES_MAX + utf8Length(text));
    target.u8(Ask.type);
    target.u16(number);
    target.text(text);
  }

  /** Room for a message that goes out soon. */
  #message(bytes: number): RecordBytes {
    this.#flushSoon();
    return this.#frame.room(bytes);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#runMs = this.#parts.clock.monotonicMs();
    this.#parts.soon(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }
}
