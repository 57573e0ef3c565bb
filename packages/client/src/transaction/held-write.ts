import { assert, WeftError } from '@weft/base';
import { must } from '@weft/base';
import type { Key, Patch, RowValues, Source, UndoableWrites, WholeGroup } from '@weft/data';
import type { Router } from '../router.ts';

/** A write that waits for the turn in which it and others are done as one. */
export type HeldWrite = { readonly router: Router; readonly source: Source } & (
  | {
      readonly kind: 'write';
      readonly values: RowValues;
      readonly slot: number;
      readonly onConflict: 'replace' | 'fail';
    }
  | { readonly kind: 'update'; readonly key: Key; readonly patch: Patch; readonly ifVersion: number | undefined }
  | { readonly kind: 'delete'; readonly key: Key }
);

/**
 * Does all writes, of one partition, in this turn and as one record; what each answers, in their order. Where one fails, those before
 * it are taken back, and nothing is seen or recorded.
 */
export function applyWrites(name: string, writes: readonly HeldWrite[]): unknown[] {
  const group: WholeGroup = { heldBytes: 0 };
  const logs = new Map<Source, UndoableWrites>();
  const done: UndoableWrites[] = [];
  const logOf = (source: Source): UndoableWrites => {
    const log = logs.get(source) ?? source.undoable(group);
    logs.set(source, log);
    return log;
  };
  return must(writes[0], 'there is a write').source.group(() => {
    try {
      return writes.map((write) => {
        const log = logOf(write.source);
        const answer = apply(log, write);
        done.push(log);
        return answer;
      });
    } catch (error) {
      const failed = done.length;
      for (const log of done.toReversed()) assert(log.undo(), 'what was written in this very turn can be taken back');
      throw notApplied(name, error, failed, writes.length);
    } finally {
      for (const log of logs.values()) log.end();
    }
  });
}

function apply(log: UndoableWrites, write: HeldWrite): unknown {
  switch (write.kind) {
    case 'write':
      log.write(write.values, write.slot, write.onConflict);
      return write.router.rowCode.show(write.values);
    case 'update':
      return log.update(write.key, write.patch, write.ifVersion);
    case 'delete':
      return log.delete(write.key);
  }
}

function notApplied(name: string, error: unknown, position: number, count: number): unknown {
  if (!WeftError.is(error)) return error;
  return new WeftError(
    error.code,
    `${error.message} It was write ${position + 1} of ${count} of ${name}; none of them is applied.`,
    { details: { ...error.details, write: position }, hint: error.hint, cause: error },
  );
}
