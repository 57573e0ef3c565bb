/** Test help: connections between a client and a host of one process, over which bytes go when they are told to. Time is what the test says. */
import type { Dialer, Wire, WireEvents } from '@weft/base';
import type { Host } from '@weft/client';
import type { Member } from './member.ts';

/** One end of a connection. */
class FalseWire implements Wire {
  other: FalseWire | undefined;
  events: WireEvents | undefined;
  onSent: ((bytes: number) => void) | undefined;
  /** Bytes that came and were not given on. */
  #waiting: Uint8Array[] = [];
  #isClosed = false;

  get bufferedBytes(): number {
    return this.other?.waitingBytes ?? 0;
  }

  get waitingBytes(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  send(bytes: Uint8Array): void {
    if (this.#isClosed || this.other === undefined) return;
    this.other.#waiting.push(bytes.slice());
    this.onSent?.(bytes.length);
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.destroy();
  }

  destroy(): void {
    this.other?.cut();
    this.cut();
  }

  /** Gives on what waits; whether anything did. */
  deliver(): boolean {
    const chunks = this.#waiting;
    this.#waiting = [];
    for (const bytes of chunks) if (!this.#isClosed) this.events?.received(bytes);
    if (chunks.length > 0) this.other?.events?.drained();
    return chunks.length > 0;
  }

  cut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = [];
    this.events?.closed();
  }
}

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

export class FalseNet implements Dialer {
  nowMs = 0;
  readonly host: Host;
  member!: Member;
  /** Bytes that the host has sent. */
  sentBytes = 0;
  /** Whether what the host sends stays where it is. */
  isStalled = false;
  #timers = new Set<Timer>();
  #pairs: (readonly [client: FalseWire, server: FalseWire])[] = [];
  #seed = 1;

  constructor() {
    this.host = {
      clock: { monotonicMs: () => this.nowMs, wallMs: () => this.nowMs },
      random: { uint32: () => (this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0) },
      timers: {
        after: (delayMs, callback) => {
          const timer = { atMs: this.nowMs + delayMs, callback };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
      },
      turns: { elapsedMs: () => 0, next: () => Promise.resolve() },
    };
  }

  /** What waits for time to go by. */
  get timersWaiting(): number {
    return this.#timers.size;
  }

  async dial(_: string, events: WireEvents): Promise<Wire> {
    const [client, server] = [new FalseWire(), new FalseWire()];
    client.other = server;
    server.other = client;
    server.onSent = (bytes) => (this.sentBytes += bytes);
    client.events = events;
    server.events = this.member.accept(server);
    this.#pairs.push([client, server]);
    return client;
  }

  /** Bytes of the host that have not gone on. */
  get stalledBytes(): number {
    return this.#pairs.reduce((sum, [client]) => sum + client.waitingBytes, 0);
  }

  /** Cuts all connections: what is on its way is lost. */
  cut(): void {
    for (const [client] of this.#pairs.splice(0)) client.destroy();
  }

  /** Lets everything happen that happens without time going by. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      // All that waits for nothing but other code has run then.
      await new Promise((resolve) => setImmediate(resolve));
      for (const [client, server] of this.#pairs)
        if (server.deliver() || (!this.isStalled && client.deliver())) quiet = 0;
    }
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      await this.settle();
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.callback();
    }
    this.nowMs = untilMs;
    await this.settle();
  }
}
