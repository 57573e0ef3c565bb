import { resolveWhere, schemaJson, type AnyType } from '@weft/data';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { consumeSettings, type ConsumeSettings } from '../queue/consume-options.ts';
import { rowOfLetter } from '../queue/dead-letter.ts';
import type { ConsumeOptions, Consumer, DeadLetter } from '../queue/queue-api.ts';
import { RemoteConsumer } from './remote-consumer.ts';
import type { StreamLink } from './remote-stream.ts';
import type { RemoteType } from './remote-type.ts';

export interface OpenConsumerParts {
  readonly type: RemoteType;
  readonly host: Host;
  readonly links: readonly StreamLink[];
  /** Of the grid, over all hosts. */
  readonly partitions: number;
  readonly timeoutMs: number;
  /** Where dead letters are written. */
  readonly spaceOf: (type: AnyType) => { write(row: object): Promise<object> };
}

/** A consumer of rows that are elsewhere. Throws OPTION_INVALID, COLUMN_UNKNOWN, PREDICATE_INVALID, CLOSED, ABORTED. */
export function openConsumer(
  parts: OpenConsumerParts,
  filter: unknown,
  options: ConsumeOptions<AnyType> | undefined,
  begin: () => Call,
): Consumer<AnyType> {
  const { type, host, links, partitions, timeoutMs } = parts;
  const settings = consumeSettings(type.type, options, partitions);
  const where = resolveWhere(type.type.schema, filter);
  const call = begin();
  const { leaseMs, prefetch, maxTries, group } = settings;
  const ownPrefetch = Math.max(1, Math.floor(prefetch / links.length));
  return new RemoteConsumer({
    type,
    host,
    links,
    where,
    options: { lease: leaseMs, prefetch: ownPrefetch, maxTries, ...(group !== undefined && { group }) },
    ...boxOf(parts, settings),
    timeoutMs,
    call,
  });
}

/** One host keeps letters of its rows itself; of several the letter may have to go to another. */
function boxOf(
  { links, spaceOf }: OpenConsumerParts,
  { deadLetter }: ConsumeSettings,
): { readonly deadLetter: string | undefined; readonly bury: ((letter: DeadLetter<AnyType>) => unknown) | undefined } {
  if (deadLetter === undefined) return { deadLetter: undefined, bury: undefined };
  if (typeof deadLetter === 'function') return { deadLetter: 'ask', bury: deadLetter };
  if (links.length === 1) return { deadLetter: JSON.stringify(schemaJson(deadLetter.schema)), bury: undefined };
  return { deadLetter: 'ask', bury: (letter) => spaceOf(deadLetter).write(rowOfLetter(deadLetter, letter)) };
}
