/** How an operation becomes a call of a handle, and what the call comes to. */
import { WeftError } from '@weft/base';
import { avg, count, countDistinct, distinct, max, min, sum } from '@weft/data';
import { builderOf, whereOf } from './condition.ts';
import type { AggregateOf, Output } from './model-aggregate.ts';
import { ModelError } from './model-error.ts';
import type { Row } from './model-table.ts';

export interface Outcome {
  readonly value?: unknown;
  readonly error?: WeftError | undefined;
}

/** What a call came to. Errors that are not Weft's own are the test's failure. */
export async function settle(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await call() };
  } catch (error) {
    if (WeftError.is(error)) return { error };
    throw error;
  }
}

export function attempt<T>(act: () => T): T | ModelError {
  try {
    return act();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

export function conflictOption({
  onConflict,
}: {
  readonly onConflict?: 'replace' | 'fail' | undefined;
}): object | undefined {
  return onConflict === undefined ? undefined : { onConflict };
}

export function sourceOf(rows: readonly Row[], source: 'array' | 'iterable' | 'async'): unknown {
  if (source === 'array') return rows;
  return source === 'iterable' ? new Set(rows) : asyncOf(rows);
}

async function* asyncOf(rows: readonly Row[]): AsyncGenerator<Row> {
  for (const row of rows) {
    await Promise.resolve();
    yield row;
  }
}

const makers = { count, sum, avg, min, max, countDistinct, distinct } as Record<
  Output['fn'],
  (column?: string) => unknown
>;

export function requestOf({ by, select, where, having, orderBy, limit }: AggregateOf): object {
  return {
    by,
    select: Object.fromEntries(
      Object.entries(select).map(([name, { fn, column }]) => [
        name,
        column === undefined ? count() : makers[fn](column),
      ]),
    ),
    where: whereOf(where),
    having: having === undefined ? undefined : builderOf(having),
    orderBy,
    limit,
  };
}
