/** Writes at a steady rate: what is due in each turn of the event loop, and no more than a turn bears. */

/** Most of a turn that writing may take; what is left over is due in the next. */
const TURN_MS_MAX = 0.5;
/** Writes between two looks at the clock. */
const WRITES_PER_LOOK = 16;
/** What could not be written in time is given up past this: a backlog is not caught up with for seconds. */
const BACKLOG_MS_MAX = 50;

export type PacedWriter = {
  /** Writes so far. */
  readonly written: number;
  /** Ends with the turn under way. Throws what a write threw. */
  stop(): Promise<void>;
};

/** Begins to call `write` `rate` times a second. Each call is awaited before the next. */
export function startWriter(write: () => Promise<unknown>, rate: number): PacedWriter {
  let written = 0;
  let isStopped = false;
  const run = async (): Promise<void> => {
    let dueMs = performance.now();
    while (!isStopped) {
      const startMs = performance.now();
      dueMs = Math.max(dueMs, startMs - BACKLOG_MS_MAX);
      while (dueMs < startMs && performance.now() - startMs < TURN_MS_MAX) {
        for (let i = 0; i < WRITES_PER_LOOK && dueMs < startMs; i++, dueMs += 1000 / rate) {
          await write();
          written++;
        }
      }
      await new Promise(setImmediate);
    }
  };
  const done = run();
  // A failure is told by `stop`; until then it is nobody's unhandled rejection.
  done.catch(() => undefined);
  return {
    get written() {
      return written;
    },
    async stop() {
      isStopped = true;
      await done;
    },
  };
}
