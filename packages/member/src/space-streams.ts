import type { AnyType } from '@weft/data';
import { partialItems } from '@weft/data';
import type { DeadLetter } from '@weft/client';
import { writePlain, type FrameWriter } from '@weft/protocol';
import type { RequestContext } from './context.ts';
import type { ItemSource } from './item-stream.ts';
import { ListSource } from './list-source.ts';
import { aggregateOf, shapeOf, whereOf } from './plans.ts';
import { openType, writeMaybeRow, type Args } from './verbs/verb.ts';

/** Rows of a find. */
export function findRows(context: RequestContext, args: Args): ItemSource<object> {
  const { space, form } = openType(context);
  const plan = args['plan'] as Args;
  const shape = shapeOf(plan) as { readonly select?: readonly string[] };
  const stop = limitsOf(args);
  const rows = space.find(whereOf(plan['where']), { ...shape, ...stop.limits } as never)[Symbol.asyncIterator]();
  // What is wrong with the question is told by the first look at the rows, so that its columns are known to be there by then.
  let columns: { write(frame: FrameWriter, row: object): void } | undefined;
  const write = (frame: FrameWriter, row: object): void => {
    columns ??= shape.select === undefined ? form.whole : form.select(shape.select);
    columns.write(frame, row);
  };
  return new Found(rows as AsyncIterator<object>, write, stop.stop);
}

/** The rows with some keys, in their order. */
export function keyedRows(context: RequestContext, args: Args): ItemSource<object | undefined> {
  const { space } = openType(context);
  const { limits, stop } = limitsOf(args);
  const rows = listOf<object | undefined>(() => space.getMany(args['keys'] as never, limits));
  return new Found(rows, (frame, row) => writeMaybeRow(frame, row, context), stop);
}

/** The answer of an aggregate. */
export function aggregateRows(context: RequestContext, args: Args): ItemSource<object> {
  const { space } = openType(context);
  const { limits, stop } = limitsOf(args);
  const rows = listOf<object>(async () => space.aggregate(aggregateOf(args['plan']) as never, limits));
  return new Found(rows, writePlain, stop);
}

/** What this host found for an aggregate over several. */
export function aggregateParts(context: RequestContext, args: Args): ItemSource<object> {
  const { served } = openType(context);
  const { limits, stop } = limitsOf(args);
  const items = listOf<object>(async () => partialItems(await served.partial(aggregateOf(args['plan']), limits)));
  return new Found(items, writePlain, stop);
}

export function deadLetters(context: RequestContext, args: Args): ItemSource<DeadLetter<AnyType>> {
  const { space, form } = openType(context);
  const { limits, stop } = limitsOf(args);
  const letters = listOf(() => space.deadLetters(whereOf(args['where']), limits));
  return new ListSource(
    letters,
    (frame, { row, ...told }) => {
      form.whole.write(frame, row);
      writePlain(frame, told);
    },
    stop,
  );
}

/** The one row that somebody waits for, or none. */
export function awaitedRow(context: RequestContext, args: Args): ItemSource<object> {
  const { space, form } = openType(context);
  const { limits, stop } = limitsOf(args);
  const { kind, where, waitMs } = args;
  const options = { ...limits, wait: waitMs as number };
  const row = async (): Promise<object[]> => {
    const found = kind === 'take' ? space.take(whereOf(where), options) : space.read(whereOf(where), options);
    return [(await found) ?? []].flat();
  };
  return new AwaitedRow(listOf(row), (frame, found) => form.whole.write(frame, found), stop);
}

/** Items that are found among rows. */
class Found<Item> extends ListSource<Item> {
  readonly isQuestion = true;
}

class AwaitedRow extends ListSource<object> {
  readonly isWait = true;
}

async function* listOf<Item>(make: () => Promise<Iterable<Item>>): AsyncGenerator<Item, undefined> {
  yield* await make();
}

interface Limits {
  readonly limits: { readonly signal: AbortSignal; readonly timeout?: number };
  readonly stop: () => void;
}

/** What a stream as a whole may take, and how it is stopped. */
function limitsOf({ timeoutMs }: Args): Limits {
  const stop = new AbortController();
  const timeout = typeof timeoutMs === 'number' ? { timeout: timeoutMs } : {};
  return { limits: { signal: stop.signal, ...timeout }, stop: () => stop.abort() };
}
