import { WeftError } from '@weft/base';
import type { AnyType } from '@weft/data';
import type { WriteManyResult } from './api.ts';
import { rowObject } from './arguments.ts';
import type { Call } from './call.ts';
import type { Pace } from './drive.ts';
import type { Router } from './router.ts';
import { partlyDone, rowFailed } from './partly-done.ts';

/** Rows written between two looks at the clock: some 0.1 ms. */
const ROWS_PER_STEP = 32;

interface Target {
  readonly type: AnyType;
  readonly router: Router;
  readonly onConflict: 'replace' | 'fail';
}

/** Writes rows one after another, holding none back; an async source is asked for the next row when the last one is written. */
export async function writeAll(
  target: Target,
  rows: Iterable<object> | AsyncIterable<object>,
  pace: Pace,
  call: Call,
): Promise<WriteManyResult> {
  const writer = new RowWriter(target);
  try {
    if (isAsync(rows)) await fromAsync(writer, rows, pace, call);
    else await fromIterable(writer, iterable(target.type, rows), pace, call);
  } catch (error) {
    throw partlyDone(error, { written: writer.result.written });
  }
  return writer.result;
}

/** The same in one turn. */
export function writeAllNow(target: Target, rows: Iterable<object>): WriteManyResult {
  const writer = new RowWriter(target);
  try {
    for (const row of iterable(target.type, rows)) writer.write(row);
  } catch (error) {
    throw partlyDone(error, { written: writer.result.written });
  }
  return writer.result;
}

class RowWriter {
  readonly #target: Target;
  #written = 0;
  #inserted = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  get result(): WriteManyResult {
    return { written: this.#written, inserted: this.#inserted, replaced: this.#written - this.#inserted };
  }

  /** Writes one row. Whether it is time to look at the clock. */
  write(row: object): boolean {
    const { type, router, onConflict } = this.#target;
    try {
      if (router.write(rowObject(type, row), onConflict).isNew) this.#inserted++;
    } catch (error) {
      throw rowFailed(error, this.#written);
    }
    return ++this.#written % ROWS_PER_STEP === 0;
  }
}

async function fromIterable(
  writer: RowWriter,
  rows: Iterable<object>,
  { turns, slice }: Pace,
  call: Call,
): Promise<void> {
  for (const row of rows) {
    if (!writer.write(row) || !slice.isOver()) continue;
    await turns.next();
    call.check();
  }
}

/** The source is not ours: it may never answer, so the call's end does not wait for it. */
async function fromAsync(
  writer: RowWriter,
  rows: AsyncIterable<object>,
  { turns, slice }: Pace,
  call: Call,
): Promise<void> {
  const source = rows[Symbol.asyncIterator]();
  const waiter = call.waiter();
  let isEnded = false;
  try {
    for (;;) {
      const step = await waiter.wait(Promise.resolve(source.next()));
      if (step.done === true) {
        isEnded = true;
        return;
      }
      if (!writer.write(step.value) || !slice.isOver()) continue;
      await turns.next();
      call.check();
    }
  } finally {
    waiter.close();
    if (!isEnded) letGo(source);
  }
}

/** Tells a source that no more is wanted. Not awaited: one that hangs in next() would hang here too. What it answers is its own affair. */
function letGo(source: AsyncIterator<object>): void {
  try {
    Promise.resolve(source.return?.()).catch(() => undefined);
  } catch {
    // The error that ended the writing says more.
  }
}

function isAsync(rows: unknown): rows is AsyncIterable<object> {
  return typeof rows === 'object' && rows !== null && Symbol.asyncIterator in rows;
}

function iterable(type: AnyType, rows: unknown): Iterable<object> {
  if (typeof rows === 'object' && rows !== null && Symbol.iterator in rows) return rows as Iterable<object>;
  const got =
    typeof rows === 'object' && rows !== null && Symbol.asyncIterator in rows ? 'an async iterable' : typeof rows;
  throw new WeftError('VALUE_INVALID', `${type.name}.writeMany takes an array or an iterable of rows, not ${got}.`);
}
