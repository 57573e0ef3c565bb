/** Pause before the first restart; each after it is twice as long. */
const RESTART_MS_FIRST = 200;
/** The longest pause. */
export const RESTART_MS_MAX = 10_000;
/** Restarts in a row; a member that dies once more is given up. */
export const RESTARTS_MAX = 10;
/** A member that was ready for so long begins a new row. */
export const STEADY_MS = 60_000;

export interface RestartBounds {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly restartsMax: number;
  readonly steadyMs: number;
}

const BOUNDS: RestartBounds = {
  firstMs: RESTART_MS_FIRST,
  maxMs: RESTART_MS_MAX,
  restartsMax: RESTARTS_MAX,
  steadyMs: STEADY_MS,
};

/** When a member that died is started again: with pauses that double, and not for ever. */
export class RestartPolicy {
  readonly #bounds: RestartBounds;
  #inRow = 0;

  constructor(bounds: RestartBounds = BOUNDS) {
    this.#bounds = bounds;
  }

  /** Restarts of the present row. */
  get inRow(): number {
    return this.#inRow;
  }

  /** Milliseconds until it is started again, `undefined` where it is given up. `readyMs`: how long it was ready, 0 where it never was. */
  died(readyMs: number): number | undefined {
    const { firstMs, maxMs, restartsMax, steadyMs } = this.#bounds;
    if (readyMs >= steadyMs) this.#inRow = 0;
    if (this.#inRow >= restartsMax) return undefined;
    return Math.min(maxMs, firstMs * 2 ** this.#inRow++);
  }
}
