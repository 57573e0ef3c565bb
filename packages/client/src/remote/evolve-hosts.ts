import { WeftError } from '@weft/base';
import type { Call } from '../call.ts';
import type { EvolutionReport } from '../grid-api.ts';
import type { Asker } from './asker.ts';
import type { RemoteStream } from './remote-stream.ts';

const NAME = 'grid.evolve';

export interface EvolveHostsRequest {
  /** Name of the type. */
  readonly type: string;
  /** The declaration, as JSON. */
  readonly schema: string;
  readonly asker: Asker;
  readonly call: Call;
  /** Milliseconds that it may take where its caller says nothing. */
  readonly mostMs: number;
  /** Given, so that what every client loads at once is one piece. */
  readonly Stream: typeof RemoteStream;
}

/**
 * Takes a type over at the hosts of a space. Of several each prepares, one after the other so that of two callers one is first everywhere; when all are ready, all go
 * over. What fails before that takes all of them back. Throws as `grid.evolve`, and OUTCOME_UNKNOWN where some have gone over and others could not any more.
 */
export async function evolveHosts(request: EvolveHostsRequest): Promise<EvolutionReport> {
  const { asker, call, schema, mostMs, type } = request;
  const [link, ...others] = asker.parts.links;
  if (others.length === 0) return asker.verb(link!, NAME, { schema }, { isWrite: true, call, as: 'evolve', mostMs });
  const reports = await asker.parts.underWay.track(goOver(request));
  return {
    type,
    changes: [...new Set(reports.flatMap(({ changes }) => changes))],
    rows: reports.reduce((sum, { rows }) => sum + rows, 0),
    durationMs: Math.max(...reports.map(({ durationMs }) => durationMs)),
  };
}

async function goOver({ asker, call, schema, mostMs, Stream }: EvolveHostsRequest): Promise<EvolutionReport[]> {
  const { links, host } = asker.parts;
  const { clock } = host;
  const deadlineMs = call.deadlineMs === Infinity ? clock.monotonicMs() + mostMs : call.deadlineMs;
  const waiter = call.waiter();
  const open: RemoteStream<never>[] = [];
  try {
    for (const link of links) {
      const timeoutMs = Math.max(1, Math.ceil(deadlineMs - clock.monotonicMs()));
      const stream = new Stream<never>(link, {
        name: NAME,
        type: undefined,
        verb: 'evolve',
        args: { schema, timeoutMs },
        window: 1,
        deadlineMs,
        read: () => undefined as never,
        onReady: () => undefined,
        onForgotten: () => undefined,
      });
      open.push(stream);
      await waiter.wait(stream.opened);
    }
    const ends = open.map((stream) => stream.ask(NAME, 'goOver', {}, { isWrite: true, deadlineMs }));
    return reportsOf((await Promise.allSettled(ends)) as PromiseSettledResult<EvolutionReport>[]);
  } finally {
    waiter.close();
    for (const stream of open) void stream.close();
  }
}

function reportsOf(ends: readonly PromiseSettledResult<EvolutionReport>[]): EvolutionReport[] {
  const reports = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed === undefined) return reports;
  const reason = failed.reason as WeftError;
  const isLost = WeftError.is(reason, 'CLOSED');
  const why = isLost ? 'A host was lost while the others prepared.' : reason.message;
  if (reports.length > 0)
    throw new WeftError(
      'OUTCOME_UNKNOWN',
      `${NAME}: ${reports.length} of ${ends.length} hosts have gone over; of the others this is not known. ${why}`,
      { hint: 'Call it again: hosts that have gone over have nothing to do.', cause: reason },
    );
  throw isLost ? new WeftError('UNREACHABLE', `${NAME}: ${why} None has gone over.`, { cause: reason }) : reason;
}
