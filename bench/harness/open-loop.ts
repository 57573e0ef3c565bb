/** Calls at a steady rate, whatever becomes of those before: as of many users who do not wait for each other. */
import { Latencies, type Delays } from './latencies.ts';

export type OpenLoop = {
  /** Calls that were due. */
  readonly due: number;
  /** Calls that were answered. */
  readonly served: number;
  /** Of those that were answered, from the moment at which they were due. */
  readonly delays: Delays;
  /** The 99th percentile of all that were due: those that failed count as endless, so that refusing makes nothing look better. */
  readonly p99: number;
  /** What the others failed with, and how many did so. */
  readonly failed: Readonly<Record<string, number>>;
};

const TICK_MS = 1;

/** Resolves once every call has its end. `step` is given the number of the call. */
export async function openLoop(
  perSecond: number,
  durationMs: number,
  step: (at: number) => Promise<unknown>,
): Promise<OpenLoop> {
  const due = Math.floor((perSecond * durationMs) / 1000);
  const latencies = new Latencies(due);
  const failed: Record<string, number> = {};
  let open = due;
  let over: () => void;
  const done = new Promise<void>((resolve) => (over = resolve));
  const startMs = performance.now();
  const ended = (): void => void (--open === 0 && over());
  const call = (at: number): void => {
    const dueMs = startMs + (1000 * at) / perSecond;
    step(at).then(
      () => {
        latencies.add(performance.now() - dueMs);
        ended();
      },
      (error: Error & { code?: string }) => {
        failed[error.code ?? error.message] = (failed[error.code ?? error.message] ?? 0) + 1;
        ended();
      },
    );
  };
  for (let next = 0; next < due;) {
    const reached = Math.min(due, ((performance.now() - startMs) * perSecond) / 1000);
    while (next < reached) call(next++);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await done;
  const lost = Object.values(failed).reduce((sum, count) => sum + count, 0);
  const p99 = latencies.at(0.99, lost);
  return { due, served: due - lost, delays: latencies.take(), p99, failed };
}
