import { plainError } from '@weft/protocol';
import type { RowsBefore, WriteEachResult } from '@weft/client';
import type { AnyType } from '@weft/data';
import { aggregateOf, changeOf, shapeOf, targetOf, whereOf } from '../plans.ts';
import { SentRows } from './sent-rows.ts';
import { named, openType, spaceOf, writeMaybeRow, type Args, type Verbs } from './verb.ts';

/** Rows of a request that is carried out as soon as it has come. */
const SHORT_ROWS_MAX = 32;

/** The verbs of a type that are no point calls and no streams. */
export const spaceVerbs: Verbs = {
  count: {
    isRead: true,
    run: async (context, { where }, limits) => await spaceOf(context).count(whereOf(where), limits),
  },
  explainCount: {
    isRead: true,
    run: async (context, { where }, limits) => spaceOf(context).count(whereOf(where), limits).explain(),
  },
  explainFind: {
    isRead: true,
    run: async (context, { plan }, limits) => {
      const shape = { ...shapeOf(plan), ...limits } as never;
      return spaceOf(context)
        .find(whereOf((plan as Args)['where']), shape)
        .explain();
    },
  },
  explainAggregate: {
    isRead: true,
    run: async (context, { plan }, limits) =>
      spaceOf(context)
        .aggregate(aggregateOf(plan) as never, limits)
        .explain(),
  },
  ttl: { isRead: true, run: (context, { key }, limits) => spaceOf(context).ttl(key as never, limits) },
  read: {
    isRead: true,
    run: (context, { where }, limits) => spaceOf(context).read(whereOf(where), limits),
    write: writeMaybeRow,
  },
  take: {
    run: (context, { where }, limits) => spaceOf(context).take(whereOf(where), limits),
    write: writeMaybeRow,
  },
  revive: { run: (context, { key }, limits) => spaceOf(context).revive(key as never, limits) },
  change: {
    run: async (context, { where, steps }, limits) =>
      spaceOf(context).change(targetOf(where), changeOf(steps), named(context, limits)),
  },
  deleteMany: { run: async (context, { where }, limits) => spaceOf(context).deleteMany(targetOf(where), limits) },
  clear: { run: (context, _, limits) => spaceOf(context).clear(limits) },
  /** A write that names itself. */
  write: {
    run: async (context, { onConflict, ttl }, limits, rest) => {
      const [row] = new SentRows(context, rest);
      return spaceOf(context).write(row as never, { onConflict, ttl, ...named(context, limits) } as never);
    },
    write: (frame, row, context) => openType(context).form.whole.write(frame, row as object),
  },
  writeMany: {
    run: async (context, { onConflict, onError, ttl, indexes, written, upload }, limits, rest) => {
      const rows = new SentRows(context, rest);
      const held = upload === undefined ? [] : context.replies.held.take(Number(upload));
      const count = held.reduce((sum, part) => sum + part.count, rows.count);
      const options = { onConflict, onError, ttl, ...limits } as never;
      const before = { indexes: checkIndexes(indexes, count), written: Number(written) };
      // A call that takes longer than many others waits for its turn, behind those.
      if (rows.count > SHORT_ROWS_MAX) await context.host.turns.next();
      const result = await openType(context).served.writeRows(chained([...held, rows]), options, before);
      return 'rejected' in result ? { ...result, rejected: plainRejects(result as WriteEachResult<AnyType>) } : result;
    },
  },
  /** Rows that are written with others that come behind them. */
  holdRows: {
    run: async (context, { upload }, _, rest) =>
      context.replies.held.add(openType(context).type.name, Number(upload), new SentRows(context, rest)),
  },
  dropRows: { isRead: true, run: async ({ replies }, { upload }) => replies.held.drop(Number(upload)) },
  /** Opens the type; the answer says that it is served. */
  ensure: { isRead: true, run: async (context) => void openType(context) },
};

function* chained(parts: readonly Iterable<object>[]): Generator<object, undefined> {
  for (const part of parts) yield* part;
}

/** Positions of rows among those of the client's call: they are told in errors, and nothing else. */
function checkIndexes(indexes: unknown, rows: number): RowsBefore['indexes'] {
  if (Array.isArray(indexes) && indexes.length === rows) return indexes as number[];
  const { first } = (indexes ?? {}) as { readonly first?: unknown };
  return { first: typeof first === 'number' ? first : 0 };
}

function plainRejects({ rejected }: WriteEachResult<AnyType>): object[] {
  return rejected.map(({ error, ...row }) => ({ ...row, error: plainError(error) }));
}
