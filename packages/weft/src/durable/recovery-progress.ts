import type { Clock } from '@weft/base';

/** How far a recovery is. */
export interface RecoveryProgress {
  /** `'read'`: changes are made again; `'check'`: all rows are read and compared with what the journal says; `'ready'`: done. */
  readonly phase: 'read' | 'check' | 'ready';
  /** Bytes of snapshot and journal that were read, and that there are. */
  readonly bytes: number;
  readonly bytesTotal: number;
  /** Changes that were made again. */
  readonly changes: number;
  readonly durationMs: number;
}

/** Milliseconds between two notes. */
const INTERVAL_MS = 100;

/** Counts, and tells who wants to know, not too often. */
export class RecoveryMeter {
  bytes = 0;
  changes = 0;
  readonly #bytesTotal: number;
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #onProgress: ((progress: RecoveryProgress) => void) | undefined;
  #toldMs: number;

  constructor(bytesTotal: number, clock: Clock, onProgress: ((progress: RecoveryProgress) => void) | undefined) {
    this.#bytesTotal = bytesTotal;
    this.#clock = clock;
    this.#startedMs = this.#toldMs = clock.monotonicMs();
    this.#onProgress = onProgress;
  }

  at(phase: RecoveryProgress['phase']): RecoveryProgress {
    const durationMs = this.#clock.monotonicMs() - this.#startedMs;
    return { phase, bytes: this.bytes, bytesTotal: this.#bytesTotal, changes: this.changes, durationMs };
  }

  /** Tells, where the last time was long ago. */
  tick(phase: RecoveryProgress['phase']): void {
    if (this.#onProgress === undefined || this.#clock.monotonicMs() - this.#toldMs < INTERVAL_MS) return;
    this.tell(phase);
  }

  tell(phase: RecoveryProgress['phase']): RecoveryProgress {
    this.#toldMs = this.#clock.monotonicMs();
    const progress = this.at(phase);
    this.#onProgress?.(progress);
    return progress;
  }
}
