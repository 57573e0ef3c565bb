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

/** The same for a call that has changed rows, or may have: where it stops waiting, what became of it is in doubt. */
export function committing(router: Router, call: Call | undefined): Promise<void> | undefined {
  const wait = settling(router, undefined);
  return wait && whileCommitted(wait, call);
}

/** The answer of a call that has changed a row. */
export async function committedAnswer<T>(wait: Promise<void>, call: Call | undefined, answer: T): Promise<T> {
  await whileCommitted(wait, call);
  return answer;
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
  if (isStop(error) || WeftError.is(error, 'OUTCOME_UNKNOWN')) return error;
  try {
    await committing(router, call);
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

/** Whether a call ended since it had to stop. */
export function isStop(error: unknown): boolean {
  return STOP_CODES.some((code) => WeftError.is(error, code));
}

/**
 * Waits until what the call did is committed. It is done, and nothing takes it back: whoever stops waiting is not told that it was stopped, but that
 * nobody knows yet whether it will stand. Throws OUTCOME_UNKNOWN, with the stop as its cause.
 */
export async function whileCommitted(wait: Promise<void>, call: Call | undefined): Promise<void> {
  try {
    await whileCall(wait, call);
  } catch (error) {
    throw isStop(error) ? uncommitted(error as WeftError) : error;
  }
}

function uncommitted(stop: WeftError): WeftError {
  return new WeftError(
    'OUTCOME_UNKNOWN',
    `${stop.message} By then it was done, and waited for the disk: it stands, unless the process or the machine is lost first.`,
    { details: stop.details, cause: stop },
  );
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
