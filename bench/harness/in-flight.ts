/** Calls that overlap: so many loops, each of which awaits one call after the other. */

/** Calls of one loop between two looks at the clock. */
const BATCH = 16;

export type Flown = { readonly calls: number; readonly seconds: number };

/** `step` is given the number of the call. A rate is of all calls until the last loop has ended. */
export async function inFlight(
  loops: number,
  durationMs: number,
  step: (at: number) => Promise<unknown>,
): Promise<Flown> {
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  let next = 0;
  const loop = async (): Promise<void> => {
    do {
      for (let i = 0; i < BATCH; i++) await step(next++);
    } while (performance.now() < endMs);
  };
  await Promise.all(Array.from({ length: loops }, loop));
  return { calls: next, seconds: (performance.now() - startMs) / 1000 };
}

/** Every number below `count` once, so many at a time. */
export async function eachInFlight(
  loops: number,
  count: number,
  step: (at: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) await step(next++);
  };
  await Promise.all(Array.from({ length: loops }, loop));
}
