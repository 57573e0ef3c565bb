import { exitCode } from '../cli/exit-code.ts';
import type { StopReason } from './summary.ts';

/**
 * npm passes a Ctrl-C on to its child, which gets it from the terminal as well. Signals this close together are one
 * key press; a person who means it twice takes longer.
 */
const SAME_PRESS_MS = 250;

/** How a run learns that it should end, and says so itself when it fails. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Why it stopped; undefined while it runs. */
  readonly reason: StopReason | undefined;
  /** Fires the signal. The first reason stays. */
  stop(reason: StopReason): void;
}

/** Turns signals of the system and the time limit into a `Stop`. */
export class StopSignals implements Stop, Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #leave: () => void;
  #reason: StopReason | undefined;
  #firstMs = 0;
  readonly #onInterrupt = (): void => this.#signalled('SIGINT');
  readonly #onTerminate = (): void => this.#signalled('SIGTERM');

  /** `leave` is called just before the process ends at once, to put the terminal back. */
  constructor(exitAfterMs: number | undefined, leave: () => void) {
    this.#leave = leave;
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#onTerminate);
    if (exitAfterMs !== undefined) this.#timer = setTimeout(() => this.stop('exit-after'), exitAfterMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  stop(reason: StopReason): void {
    this.#reason ??= reason;
    this.#controller.abort();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#onTerminate);
  }

  #signalled(reason: 'SIGINT' | 'SIGTERM'): void {
    const nowMs = performance.now();
    if (this.#reason === undefined) {
      this.#firstMs = nowMs;
      this.stop(reason);
    } else if (nowMs - this.#firstMs > SAME_PRESS_MS) {
      this.#leave();
      process.exit(exitCode.interrupted);
    }
  }
}
