import type { Host } from '../host.ts';

/** How often a host is asked whether it is there, whatever comes from it: by that it knows too that its client is, who may have nothing else to say. */
export const PING_MS = 10_000;
/** How long nothing may come from a host before the connection is taken for dead. */
export const HOST_SILENCE_MS_MAX = 20_000;
/** How late a look may be before it was this process that stood still, and what came meanwhile is read first. */
const LATE_MS = 1000;

/** Notices within HOST_SILENCE_MS_MAX that nobody is at the other end any more: a connection over which nothing is sent never ends by itself. */
export class KeepAlive {
  readonly #host: Host;
  readonly #ping: () => void;
  readonly #onDead: () => void;
  #heardMs = 0;
  #off: (() => void) | undefined;

  constructor(host: Host, ping: () => void, onDead: () => void) {
    this.#host = host;
    this.#ping = ping;
    this.#onDead = onDead;
  }

  start(): void {
    this.heard();
    this.#lookAfter(PING_MS);
  }

  /** Something came. */
  heard(): void {
    this.#heardMs = this.#host.clock.monotonicMs();
  }

  stop(): void {
    this.#off?.();
    this.#off = undefined;
  }

  #lookAfter(ms: number): void {
    this.#off?.();
    const dueMs = this.#host.clock.monotonicMs() + ms;
    this.#off = this.#host.timers.after(ms, () => this.#look(dueMs), 'idle');
  }

  #look(dueMs: number): void {
    const nowMs = this.#host.clock.monotonicMs();
    const silentMs = nowMs - this.#heardMs;
    if (nowMs - dueMs > LATE_MS) return this.#lookAfter(LATE_MS);
    if (silentMs >= HOST_SILENCE_MS_MAX) return this.#onDead();
    this.#ping();
    this.#lookAfter(Math.min(PING_MS, HOST_SILENCE_MS_MAX - silentMs));
  }
}
