import { exitCode } from '../cli/exit-code.ts';
import type { StopReason } from './summary.ts';

/**
 * npm passes a Ctrl-C on to its child, which gets it from the terminal as well. Signals this close together are one
 * key press; a person who means it twice takes longer.
 */
const SAME_PRESS_MS = 250;

/** Turns signals and the time limit into an `AbortSignal`. */
export class StopSignals implements Disposable {
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

  /** Why it stopped; undefined while it runs. */
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
