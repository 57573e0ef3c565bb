import { prepareLists, type DeadRow, type Predicate, type QueueRun, type Source, type Work } from '@weft/data';
import { WHOLE } from '@weft/data';
import type { Router } from '../router.ts';

/** A row that was taken, and where. */
export interface Taken {
  readonly row: object;
  readonly source: Source;
}

/** Takes the oldest match of the first partition that has one; which is asked first goes round. */
export function* takeRow(
  router: Router,
  where: Predicate | undefined,
  run: QueueRun,
  turn: number,
): Work<Taken | undefined> {
  yield* prepareLists(router.schema, where, run.slice ?? WHOLE);
  for (const source of rotated(router.sourcesFor(where), turn)) {
    const row = yield* source.queue.take(where, run);
    if (row !== undefined) return { row, source };
  }
  return undefined;
}

/** The dead letters of all partitions, the oldest first. */
export function* deadRows(router: Router, where: Predicate | undefined, run: QueueRun): Work<DeadRow[]> {
  yield* prepareLists(router.schema, where, run.slice ?? WHOLE);
  const all: DeadRow[] = [];
  for (const source of router.sourcesFor(where)) all.push(...(yield* source.queue.dead(where, run)));
  return all.sort((a, b) => a.atMs - b.atMs);
}

/** The same items, beginning with another one each turn. */
export function rotated<T>(items: readonly T[], turn: number): readonly T[] {
  const at = items.length === 0 ? 0 : turn % items.length;
  return at === 0 ? items : [...items.slice(at), ...items.slice(0, at)];
}
