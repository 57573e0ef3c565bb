import { WeftError } from '@weft/base';
import type { AnyType, Work } from '@weft/data';
import type { RejectedRow, WriteEachResult, WriteManyResult } from './api.ts';
import { rowObject } from './arguments.ts';
import type { ManyTarget, ManyWriter } from './many-writer.ts';
import { partlyDone, rowFailed } from './partly-done.ts';
import { isAboutRow } from './row-fault.ts';
import { keyOfInput } from './row-key.ts';
import { RowSteps } from './row-steps.ts';

/** Bad rows that `writeMany` lists before it gives up. */
export const REJECTED_ROWS_MAX = 1000;

/** Writes each row as it comes. A bad one ends the call, or with `onError: 'each'` is listed. */
export class RowWriter implements ManyWriter {
  readonly #target: ManyTarget;
  readonly #steps: RowSteps;
  readonly #rejected: RejectedRow<AnyType>[] = [];
  #written = 0;
  #inserted = 0;

  constructor(target: ManyTarget) {
    this.#target = target;
    this.#steps = new RowSteps(target.type.schema);
  }

  take(row: unknown): boolean {
    const { type, router, onConflict, ttl } = this.#target;
    try {
      const { values, isNew } = router.write(rowObject(type, row), onConflict, ttl);
      this.#written++;
      if (isNew) this.#inserted++;
      return this.#steps.isFull(values);
    } catch (error) {
      this.#refuse(row, error);
      return true;
    }
  }

  // oxlint-disable-next-line require-yield -- every row is written when it is taken
  *finish(): Work<WriteManyResult> {
    const result = { written: this.#written, inserted: this.#inserted, replaced: this.#written - this.#inserted };
    if (this.#target.onError !== 'each') return result;
    const answer: WriteEachResult<AnyType> = { ...result, rejected: this.#rejected };
    return answer;
  }

  failed(error: unknown): unknown {
    return partlyDone(error, { written: this.#written + (this.#target.before?.written ?? 0) });
  }

  /** Of a row of this part, in the whole call. */
  #position(at: number): number {
    const indexes = this.#target.before?.indexes;
    if (indexes === undefined) return at;
    return 'first' in indexes ? indexes.first + at : indexes[at]!;
  }

  #refuse(row: unknown, error: unknown): void {
    const { router, onError } = this.#target;
    const index = this.#position(this.#written + this.#rejected.length);
    const key = keyOfInput(router.keyCode, row);
    const failure = rowFailed(error, index, key?.text);
    if (onError === 'stop' || !isAboutRow(failure)) throw failure;
    if (this.#rejected.length === REJECTED_ROWS_MAX) {
      const errors = this.#rejected.map(({ error }) => error);
      throw tooManyRejected(this.#target.type, index, errors);
    }
    this.#rejected.push({ index, error: failure, ...(key === undefined ? {} : { key: key.value as never }) });
  }
}

/** The error of a call with `onError: 'each'` whose row `index` is one bad row too many behind these. */
export function tooManyRejected({ name }: AnyType, index: number, errors: readonly WeftError[]): WeftError {
  return new WeftError(
    'ROWS_REJECTED',
    `${name}.writeMany stopped at row ${index}: more than REJECTED_ROWS_MAX, ${REJECTED_ROWS_MAX}, rows were rejected. The first was ${errors[0]!.message}`,
    {
      details: { type: name, row: index, rejected: errors.length },
      cause: new AggregateError(errors, 'the rows that were rejected'),
    },
  );
}
