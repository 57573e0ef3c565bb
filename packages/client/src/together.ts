import type { Clock } from '@weft/base';
import { WHOLE, type Run, type Slice, type Source, type Work } from '@weft/data';

/** Rows that several sources may read in the turn in which they all begin. */
const ROWS_AT_ONCE = 1024;

/**
 * Begins work on several sources in one turn, so that they answer as of one moment: the first step of each opens its view. `use`
 * then goes on with them; when it ends, however it does, so do they.
 */
export function* together<Y, R, T>(
  sources: readonly Source[],
  { slice, clock }: { readonly slice: Slice; readonly clock: Clock },
  begin: (source: Source, run: Run) => Generator<Y | undefined, R>,
  use: (works: Generator<Y | undefined, R>[]) => Generator<Y | undefined, T>,
): Generator<Y | undefined, T> {
  while (slice !== WHOLE && !sources.every((source) => source.isReady)) yield undefined;
  const run: Run = { rowsAtOnce: Math.floor(ROWS_AT_ONCE / sources.length), momentMs: clock.wallMs() };
  const begun: Generator<Y | undefined, R>[] = [];
  try {
    const works = sources.map((source) => {
      const work = begin(source, run);
      begun.push(work);
      return goOn(work, work.next());
    });
    return yield* use(works);
  } finally {
    for (const work of begun) work.return(undefined as never);
  }
}

/** The rest of work whose first step was taken, that step included. */
function* goOn<Y, R>(work: Generator<Y, R>, first: IteratorResult<Y, R>): Generator<Y, R> {
  let step = first;
  while (step.done !== true) {
    yield step.value;
    step = work.next();
  }
  return step.value;
}

/** Sums what each work answers. */
export function* sumOf(works: readonly Work<number>[]): Work<number> {
  let sum = 0;
  for (const work of works) sum += yield* work;
  return sum;
}
