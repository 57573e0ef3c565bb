import type { Dialer, Timers, Wire, WireEvents } from '@weft/base';

/** How long a connection may take until the host has said welcome. */
export const CONNECT_MS_MAX = 5000;

export interface LinkWireParts {
  readonly dialer: Dialer;
  readonly timers: Timers;
  readonly address: string;
  /** It is open: the hello is to be sent. */
  readonly onOpened: () => void;
  readonly onReceived: (bytes: Uint8Array) => void;
  /** It is over, or never was; said once, and nothing behind it. */
  readonly onLost: (cause: Error | undefined) => void;
}

/** One connection of a link, from dialling to its end, which it has by itself where the host says no welcome in time. */
export class LinkWire implements WireEvents {
  readonly address: string;
  readonly #parts: LinkWireParts;
  readonly #dialling = new AbortController();
  #wire: Wire | undefined;
  #isOver = false;
  #isWelcomed = false;
  #offLimit: () => void;

  constructor(parts: LinkWireParts) {
    this.#parts = parts;
    this.address = parts.address;
    this.#offLimit = parts.timers.after(CONNECT_MS_MAX, () =>
      this.destroy(new Error(`the host did not say welcome within ${CONNECT_MS_MAX} ms`)),
    );
  }

  open(): void {
    void this.#dial();
  }

  get isWelcomed(): boolean {
    return this.#isWelcomed;
  }

  get bufferedBytes(): number {
    return this.#wire?.bufferedBytes ?? 0;
  }

  /** The host has said welcome. */
  welcomed(): void {
    this.#isWelcomed = true;
    this.#offLimit();
  }

  send(bytes: Uint8Array): void {
    this.#wire?.send(bytes);
  }

  /** Sends what waits, then closes. Nothing is heard of it any more but that it is over. */
  end(): void {
    this.#offLimit();
    if (this.#wire === undefined) this.destroy(undefined);
    else this.#wire.end();
  }

  destroy(cause: Error | undefined): void {
    this.#over(cause);
    this.#wire?.destroy();
  }

  received(bytes: Uint8Array): void {
    if (!this.#isOver) this.#parts.onReceived(bytes);
  }

  drained(): void {}

  closed(error?: Error): void {
    this.#over(error);
  }

  async #dial(): Promise<void> {
    try {
      this.#wire = await this.#parts.dialer.dial(this.address, this, this.#dialling.signal);
      if (this.#isOver) this.#wire.destroy();
      else this.#parts.onOpened();
    } catch (error) {
      this.#over(error as Error);
    }
  }

  #over(cause: Error | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#offLimit();
    this.#dialling.abort();
    this.#parts.onLost(cause);
  }
}
