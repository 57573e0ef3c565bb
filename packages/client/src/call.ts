import { parseDuration, WeftError } from '@weft/base';
import type { CallOptions } from './api.ts';
import type { Host } from './host.ts';

/** A call under way: what stops it. Asked before it begins and after each pause. */
export class Call {
  readonly #name: string;
  readonly #host: Host;
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #deadlineMs: number;
  readonly #closing: AbortSignal;

  /** `name` is the verb and type, for messages. Throws OPTION_INVALID, ABORTED, TIMEOUT, CLOSED. */
  constructor(name: string, options: CallOptions | undefined, host: Host, closing: AbortSignal) {
    this.#name = name;
    this.#host = host;
    this.#closing = closing;
    this.#signal = checkSignal(name, options?.signal);
    this.#timeoutMs = options?.timeout === undefined ? undefined : parseDuration(options.timeout, `${name}: timeout`);
    this.#deadlineMs = this.#timeoutMs === undefined ? Infinity : host.clock.monotonicMs() + this.#timeoutMs;
    this.check();
  }

  /** By the monotonic clock; Infinity where nothing was said. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  /** What was asked for; undefined where nothing was said. */
  get timeoutMs(): number | undefined {
    return this.#timeoutMs;
  }

  /** Calls back once when the caller stops it; the returned function calls that off. */
  onAbort(reject: (error: WeftError) => void): (() => void) | undefined {
    const signal = this.#signal;
    if (signal === undefined) return undefined;
    const listener = (): void => reject(this.#aborted());
    signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  }

  /** Throws CLOSED, ABORTED or TIMEOUT once the call must stop. */
  check(): void {
    if (this.#closing.aborted) throw closedError(this.#name);
    if (this.#signal?.aborted === true) throw this.#aborted();
    if (this.#deadlineMs !== Infinity && this.#host.clock.monotonicMs() >= this.#deadlineMs) throw this.#timedOut();
  }

  /** For waiting on what Weft does not control: the wait ends when the call must. `close` it when done. */
  waiter(): Waiter {
    return new Waiter((reject) => this.#watch(reject, undefined));
  }

  /** Calls back once when the call must stop; the returned function calls that off. Nobody waits: the process may end before. */
  onStop(reject: (error: WeftError) => void): () => void {
    return this.#watch(reject, 'idle');
  }

  #watch(reject: (error: WeftError) => void, idle: 'idle' | undefined): () => void {
    const onAbort = (): void => reject(this.#aborted());
    const onClose = (): void => reject(closedError(this.#name));
    this.#signal?.addEventListener('abort', onAbort, { once: true });
    this.#closing.addEventListener('abort', onClose, { once: true });
    const leftMs = this.#deadlineMs - this.#host.clock.monotonicMs();
    const cancel =
      leftMs === Infinity
        ? undefined
        : this.#host.timers.after(Math.max(0, leftMs), () => reject(this.#timedOut()), idle);
    return () => {
      this.#signal?.removeEventListener('abort', onAbort);
      this.#closing.removeEventListener('abort', onClose);
      cancel?.();
    };
  }

  #aborted(): WeftError {
    return new WeftError('ABORTED', `${this.#name} was stopped by its signal.`, { cause: this.#signal?.reason });
  }

  #timedOut(): WeftError {
    return new WeftError(
      'TIMEOUT',
      `${this.#name} did not finish within its timeout of ${this.#timeoutMs} ms and was stopped.`,
      {
        details: { timeoutMs: this.#timeoutMs ?? 0 },
      },
    );
  }
}

/** Waits for one promise after another, or for the stop of a call. */
class Waiter {
  readonly #off: () => void;
  #reject: ((error: WeftError) => void) | undefined;
  #stop: WeftError | undefined;

  /** `watch` calls back once when the call must stop, and returns how to call that off. */
  constructor(watch: (onStop: (error: WeftError) => void) => () => void) {
    this.#off = watch((error) => {
      this.#stop = error;
      this.#reject?.(error);
    });
  }

  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#stop !== undefined) reject(this.#stop);
      this.#reject = reject;
      promise.then(resolve, reject);
    });
  }

  close(): void {
    this.#off();
  }
}

export function closedError(name: string): WeftError {
  return new WeftError('CLOSED', `${name}: the grid is closed.`);
}

function checkSignal(name: string, signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new WeftError('OPTION_INVALID', `${name}: signal is an AbortSignal, not ${typeof signal}.`);
}
