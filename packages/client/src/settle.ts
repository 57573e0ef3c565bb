import { WeftError, type ErrorCode } from '@weft/base';
import type { ChangeFeed } from '@weft/data';
import type { Call } from './call.ts';
import type { Router } from './router.ts';

/**
 * Answers are given out once what they tell of is committed: what the call did, and what it saw of others. Where the level of durability
 * commits at once, nothing here waits, and no promise is made.
 */

/** For a call over several partitions; `undefined` where all is committed. Ends with the call. */
export function settling(router: Router, call: Call | undefined): Promise<void> | undefined {
  const waits = router.sources.flatMap((source) => source.settled() ?? []);
  if (waits.length === 0) return undefined;
  return whileCall(waits.length === 1 ? waits[0]! : Promise.all(waits).then(() => undefined), call);
}

/** An answer about one row. `call`: where the caller can stop it. */
export async function settledAnswer<T>(wait: Promise<void>, call: Call | undefined, answer: T): Promise<T> {
  await whileCall(wait, call);
  return answer;
}

/** An error that tells what the rows are like: whoever gets it may rely on it as on an answer. */
export async function settledRefusal(wait: Promise<void>, call: Call | undefined, error: unknown): Promise<never> {
  await whileCall(wait, call);
  throw error;
}

/** The error of a call that may have changed rows: the same, once they are committed, or why they are not. */
export async function settledError(error: unknown, router: Router, call: Call): Promise<unknown> {
  if (isStop(error)) return error;
  try {
    await settling(router, call);
    return error;
  } catch (failure) {
    return failure;
  }
}

/**
 * An answer that is held back for full subscribers. When the call must stop it is given out: what it tells of is done, so that nobody may
 * take it for not done.
 */
export async function pacedAnswer<T>(
  answer: Promise<T>,
  feed: ChangeFeed,
  type: string,
  call: Call | undefined,
): Promise<T> {
  const done = await answer;
  const pressure = feed.pressure(type);
  if (pressure !== undefined) await whileCall(pressure, call).catch(() => undefined);
  return done;
}

/** Whether an error of a point call tells what the rows are like. */
export function tellsOfRows(error: unknown): boolean {
  return ROW_CODES.some((code) => WeftError.is(error, code));
}

const ROW_CODES: readonly ErrorCode[] = [
  'KEY_EXISTS',
  'NOT_FOUND',
  'ROUTING_IMMUTABLE',
  'UNIQUE_VIOLATION',
  'VERSION_CONFLICT',
];
const STOP_CODES: readonly ErrorCode[] = ['ABORTED', 'TIMEOUT', 'CLOSED'];

function isStop(error: unknown): boolean {
  return STOP_CODES.some((code) => WeftError.is(error, code));
}

/** The wait, until the call must stop. */
export async function whileCall(wait: Promise<void>, call: Call | undefined): Promise<void> {
  if (call === undefined) return wait;
  const waiter = call.waiter();
  try {
    await waiter.wait(wait);
  } finally {
    waiter.close();
  }
}
