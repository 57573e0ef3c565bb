import type { AnyType, DeadRow, RowOf } from '@weft/data';
import type { DeadLetter } from './queue-api.ts';

/** As callers see it. */
export function deadLetterOf({ row, tries, reason, atMs }: DeadRow): DeadLetter<AnyType> {
  return { row: row as RowOf<AnyType>, tries, reason, at: new Date(atMs) };
}
