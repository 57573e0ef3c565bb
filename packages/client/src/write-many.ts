import { WeftError } from '@weft/base';
import type { AnyType } from '@weft/data';
import type { WriteManyResult } from './api.ts';
import { rowObject } from './arguments.ts';
import type { Call } from './call.ts';
import type { Pace } from './drive.ts';
import type { Router } from './router.ts';
import { rowFailed } from './row-failed.ts';

/** Rows written between two looks at the clock: some 0.1 ms. */
const ROWS_PER_STEP = 32;

interface Target {
  readonly type: AnyType;
  readonly router: Router;
  readonly onConflict: 'replace' | 'fail';
}

/** Writes rows one after another, holding none back; an async source is asked for the next row when the last one is written. */
export async function writeAll(target: Target, rows: Iterable<object> | AsyncIterable<object>, pace: Pace, call: Call): Promise<WriteManyResult> {
  const writer = new RowWriter(target);
  if (isAsync(rows)) await fromAsync(writer, rows, pace, call);
  else if (isIterable(rows)) await fromIterable(writer, rows, pace, call);
  else throw new WeftError('VALUE_INVALID', `${target.type.name}.writeMany takes an array or an iterable of rows, not ${typeof rows}.`);
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

async function fromIterable(writer: RowWriter, rows: Iterable<object>, { turns, slice }: Pace, call: Call): Promise<void> {
  for (const row of rows) {
    if (!writer.write(row) || !slice.isOver()) continue;
    await turns.next();
    call.check();
  }
}

/** The source is not ours: it may never answer, so the call's end does not wait for it. */
async function fromAsync(writer: RowWriter, rows: AsyncIterable<object>, { turns, slice }: Pace, call: Call): Promise<void> {
  const source = rows[Symbol.asyncIterator]();
  let isEnded = false;
  try {
    for (;;) {
      const step = await call.race(Promise.resolve(source.next()));
      if (step.done === true) {
        isEnded = true;
        return;
      }
      if (!writer.write(step.value) || !slice.isOver()) continue;
      await turns.next();
    }
  } finally {
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

function isAsync(rows: object): rows is AsyncIterable<object> {
  return typeof rows === 'object' && rows !== null && Symbol.asyncIterator in rows;
}

function isIterable(rows: unknown): rows is Iterable<object> {
  return typeof rows === 'object' && rows !== null && Symbol.iterator in rows;
}
