import type { Dialer } from '@weft/base';
import { Ask, FEATURES, FrameReader, FrameWriter, preamble, writePlain, type Welcome } from '@weft/protocol';
import type { Host } from '../host.ts';
import { LinkWire } from './link-wire.ts';

const RETRY_MS_FIRST = 20;
/** How long a link waits between two attempts to reach its host, at most. */
export const RETRY_MS_MAX = 2000;

export interface LinkDoorParts {
  readonly host: Host;
  readonly dialer: Dialer;
  readonly space: string;
  readonly client: string;
  /** What a hello tells beside: the session that goes on, and fingerprints of types. */
  readonly tells: () => { readonly session: string | undefined; readonly types: readonly string[] };
  readonly onContent: (bytes: Uint8Array, start: number, end: number) => void;
  /** To be read by the reader of this connection. */
  readonly onReceived: (bytes: Uint8Array, reader: FrameReader) => void;
  /** There is no connection any more, or none came about. */
  readonly onLost: (cause: Error | undefined) => void;
}

/** The connections of a link, one after another: where its host may be found, how often it is tried, and who it is that says welcome. */
export class LinkDoor {
  readonly #parts: LinkDoorParts;
  /** Where its host may be found; the first that was reached, or is tried next, is `#at`. */
  readonly #addresses: string[];
  #at = 0;
  #wire: LinkWire | undefined;
  #welcome: Welcome | undefined;
  #attempt = 0;
  #offRetry: (() => void) | undefined;

  constructor(addresses: readonly string[], parts: LinkDoorParts) {
    this.#addresses = [...addresses];
    this.#parts = parts;
  }

  get address(): string {
    return this.#addresses[this.#at]!;
  }

  get wire(): LinkWire | undefined {
    return this.#wire;
  }

  dial(): void {
    const { dialer, host, onContent, onReceived } = this.#parts;
    const reader = new FrameReader(onContent);
    this.#wire = new LinkWire({
      dialer,
      timers: host.timers,
      address: this.address,
      onOpened: () => this.#hello(),
      onReceived: (bytes) => onReceived(bytes, reader),
      onLost: (cause) => this.#lost(cause),
    });
    this.#wire.open();
  }

  /** With jitter, so that the clients of a host that was lost do not come all at once. */
  dialLater(): void {
    const { timers, random } = this.#parts.host;
    const mostMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** this.#attempt++);
    const delayMs = mostMs * (0.5 + random.uint32() / 2 ** 33);
    this.stop();
    this.#offRetry = timers.after(delayMs, () => this.dial());
  }

  /** It is not dialled any more. */
  stop(): void {
    this.#offRetry?.();
  }

  /** The host serves: one that ended each connection behind its welcome would be dialled without a pause. */
  served(): void {
    this.#attempt = 0;
  }

  /** Whether it is the host of the same partitions that says welcome. If it is another one of the space, it says where ours is. */
  admits(welcome: Welcome): boolean {
    const wire = this.#wire!;
    const before = (this.#welcome ??= welcome);
    const own = ownPlace(before);
    if (divisionOf(before) !== divisionOf(welcome)) {
      wire.destroy(new Error('the space has other hosts now; connect anew'));
      return false;
    }
    if (ownPlace(welcome) === own) {
      wire.welcomed();
      return true;
    }
    const { address } = welcome.hosts[own]!;
    if (!this.#addresses.includes(address)) this.#addresses.push(address);
    // It need not keep the session that it has just made.
    const out = new FrameWriter();
    out.room(1).u8(Ask.goodbye);
    wire.send(out.take());
    wire.destroy(new Error(`${this.address} is another host of the space`));
    this.#at = this.#addresses.indexOf(address);
    return false;
  }

  #hello(): void {
    const { space, client, tells } = this.#parts;
    const out = new FrameWriter();
    out.room(1).u8(Ask.hello);
    writePlain(out, { space, client, features: FEATURES, ...tells() });
    this.#wire!.send(preamble());
    this.#wire!.send(out.take());
  }

  #lost(cause: Error | undefined): void {
    const wasWelcomed = this.#wire?.isWelcomed;
    this.#wire = undefined;
    this.#parts.onLost(cause);
    if (wasWelcomed !== true) this.#at = (this.#at + 1) % this.#addresses.length;
  }
}

/** Which of the hosts it is that said welcome. */
function ownPlace({ hosts }: Welcome): number {
  return hosts.findIndex(({ address }) => address === '');
}

/** How its partitions are spread over hosts. */
function divisionOf({ partitions, hosts }: Welcome): string {
  return String([partitions, ...hosts.map(({ firstPartition }) => firstPartition)]);
}
