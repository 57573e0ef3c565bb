import { WeftError } from '@weft/base';
import type { AnyType } from '@weft/data';
import type { Call } from './call.ts';
import type { Pace } from './drive.ts';

/** Takes one row. Whether it is time to look at the clock. */
export type TakeRow = (row: unknown) => boolean;

/**
 * Hands rows over one after another, none ahead: a source is asked for the next row when the last one is taken. Ends early with the
 * error of the source, of `take`, or of the call that must stop; the source is told so.
 */
export async function feed(type: AnyType, rows: unknown, take: TakeRow, pace: Pace, call: Call): Promise<void> {
  if (pace.slice.isOver()) await nextTurn(pace, call);
  if (isAsync(rows)) await feedAsync(type, rows, take, pace, call);
  else await feedIterable(iterable(type, rows), take, pace, call);
}

/** The same in one turn. */
export function feedNow(type: AnyType, rows: unknown, take: TakeRow): void {
  for (const row of iterable(type, rows)) take(row);
}

async function feedIterable(rows: Iterable<unknown>, take: TakeRow, pace: Pace, call: Call): Promise<void> {
  for (const row of rows) if (take(row) && pace.slice.isOver()) await nextTurn(pace, call);
}

/** The source is not ours: it may never answer, so the call's end does not wait for it. */
async function feedAsync(
  type: AnyType,
  rows: AsyncIterable<unknown>,
  take: TakeRow,
  pace: Pace,
  call: Call,
): Promise<void> {
  const source = rows[Symbol.asyncIterator]();
  const waiter = call.waiter();
  let isEnded = false;
  try {
    for (;;) {
      const step: unknown = await waiter.wait(Promise.resolve(source.next()));
      if (typeof step !== 'object' || step === null) throw noStep(type, step);
      if ((step as IteratorResult<unknown>).done === true) {
        isEnded = true;
        return;
      }
      if (take((step as IteratorResult<unknown>).value) && pace.slice.isOver()) await nextTurn(pace, call);
    }
  } finally {
    waiter.close();
    if (!isEnded) letGo(source);
  }
}

async function nextTurn({ turns }: Pace, call: Call): Promise<void> {
  await turns.next();
  call.check();
}

/** Tells a source that no more is wanted. Not awaited: one that hangs in next() would hang here too. What it answers is its own affair. */
function letGo(source: AsyncIterator<unknown>): void {
  try {
    Promise.resolve(source.return?.()).catch(() => undefined);
  } catch {
    // The error that ended the writing says more.
  }
}

function isAsync(rows: unknown): rows is AsyncIterable<unknown> {
  return typeof rows === 'object' && rows !== null && Symbol.asyncIterator in rows;
}

function iterable(type: AnyType, rows: unknown): Iterable<unknown> {
  if (typeof rows === 'object' && rows !== null && Symbol.iterator in rows) return rows as Iterable<unknown>;
  const got = isAsync(rows) ? 'an async iterable' : rows === null ? 'null' : typeof rows;
  throw new WeftError('VALUE_INVALID', `${type.name}.writeMany takes an array or an iterable of rows, not ${got}.`);
}

function noStep(type: AnyType, step: unknown): WeftError {
  return new WeftError(
    'VALUE_INVALID',
    `${type.name}.writeMany: next() of the source answers with an object of value and done, not ${step === null ? 'null' : typeof step}.`,
  );
}
