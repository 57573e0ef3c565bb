import type { RecordReader } from '@weft/log';
import { ProtocolFault, readPlain } from '@weft/protocol';
import { argsOf } from './calls.ts';
import type { RequestContext, ServerStream } from './context.ts';
import { consumedRows } from './consume-stream.ts';
import { subscribedEvents } from './event-stream.ts';
import { openEvolution } from './evolution-source.ts';
import { ItemStream, STREAM_WINDOW_MAX, type ItemSource } from './item-stream.ts';
import { listedAnswer } from './listed-answer.ts';
import { openTransaction } from './transaction-source.ts';
import { aggregateParts, aggregateRows, awaitedRow, deadLetters, findRows, keyedRows } from './space-streams.ts';

type Args = Readonly<Record<string, unknown>>;
// Each source knows its own items.
// oxlint-disable-next-line no-explicit-any
type AnySource = ItemSource<any>;

const openers: Readonly<Record<string, (context: RequestContext, args: Args) => AnySource | Promise<AnySource>>> = {
  find: findRows,
  getMany: keyedRows,
  aggregate: aggregateRows,
  partial: aggregateParts,
  deadLetters,
  wait: awaitedRow,
  subscribe: subscribedEvents,
  consume: consumedRows,
  transaction: openTransaction,
  ask: listedAnswer,
  evolve: openEvolution,
};

/** Reads the request for a stream. The answer opens it. */
export function openStream(context: RequestContext, reader: RecordReader): () => ServerStream | Promise<ServerStream> {
  const name = reader.text();
  const window = reader.u32();
  const args = argsOf(readPlain(reader));
  const open = Object.hasOwn(openers, name) ? openers[name] : undefined;
  if (open === undefined) throw new ProtocolFault(`${name} is no stream`);
  if (window < 1 || window > STREAM_WINDOW_MAX) throw new ProtocolFault(`a stream has a window of ${window} items`);
  return () => {
    const source = open(context, args);
    if (!(source instanceof Promise)) return new ItemStream(context, source, window);
    return source.then((opened) => new ItemStream(context, opened, window));
  };
}
