import type { Turns } from '@weft/base';
import type { RowWork, Slice, Work } from '@weft/data';
import type { Call } from './call.ts';
import type { UnderWay } from './under-way.ts';

/** Who runs work across turns: the event loop's turns, and the slice that the work watches. */
export interface Pace {
  readonly turns: Turns;
  readonly slice: Slice;
  readonly underWay: UnderWay;
}

/** Runs work to its end, a slice a turn. If the call stops, the work frees what it holds and the promise rejects. */
export function drive<T>(work: Work<T>, pace: Pace, call: Call): Promise<T> {
  return pace.underWay.track(driveWork(work, pace, call));
}

async function driveWork<T>(work: Work<T>, { turns, slice }: Pace, call: Call): Promise<T> {
  try {
    if (slice.isOver()) await nextTurn(turns, call);
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      await nextTurn(turns, call);
    }
  } finally {
    work.return(undefined as never);
  }
}

/** The next batch of rows, `undefined` at the end. */
export function driveBatch(work: RowWork, pace: Pace, call: Call): Promise<object[] | undefined> {
  return pace.underWay.track(driveToBatch(work, pace, call));
}

async function driveToBatch(work: RowWork, { turns, slice }: Pace, call: Call): Promise<object[] | undefined> {
  call.check();
  if (slice.isOver()) await nextTurn(turns, call);
  for (;;) {
    const step = work.next();
    if (step.done === true) return undefined;
    if (step.value !== undefined) return step.value;
    await nextTurn(turns, call);
  }
}

async function nextTurn(turns: Turns, call: Call): Promise<void> {
  await turns.next();
  call.check();
}
