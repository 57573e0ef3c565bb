import type { AnyType } from '@weft/data';
import type { Space } from '@weft/client';
import type { RecordReader } from '@weft/log';
import { ProtocolFault, readPlain, writePlain } from '@weft/protocol';
import type { RequestContext } from './context.ts';
import { hostStopping } from './host-stopping.ts';
import { whereOf } from './plans.ts';

/** A verb that is answered by a plain value. `isRead`: it changes nothing, so that it may be done again. */
interface Verb {
  readonly isRead?: true;
  /** About something that is open already. */
  readonly isOfStream?: true;
  run(context: RequestContext, args: Args, options: CallLimits): Promise<unknown>;
}

type Args = Readonly<Record<string, unknown>>;
interface CallLimits {
  readonly signal: AbortSignal;
  readonly timeout?: number;
}

const verbs: Readonly<Record<string, Verb>> = {
  count: {
    isRead: true,
    run: async (context, { where }, limits) => await space(context).count(whereOf(where), limits),
  },
  deleteMany: { run: (context, { where }, limits) => space(context).deleteMany(whereOf(where)!, limits) },
  clear: { run: (context, _, limits) => space(context).clear(limits) },
  /** Something of what is open. */
  ask: {
    isOfStream: true,
    run: ({ replies }, { stream, verb, of }) => replies.stream(stream).ask(String(verb), (of ?? {}) as Args),
  },
  close: {
    isRead: true,
    isOfStream: true,
    run: async ({ replies }, { stream }) => replies.closeStream(stream),
  },
  /** Opens the type; the answer says that it is served. */
  ensure: {
    isRead: true,
    run: async (context) => {
      context.types.of(context.type);
    },
  },
};

function space(context: RequestContext): Space<AnyType> {
  return context.types.of(context.type).space;
}

/** Reads a call. The answer begins it. */
export function runCall(context: RequestContext, reader: RecordReader): () => void {
  const name = reader.text();
  const args = readPlain(reader) as Args;
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) throw new ProtocolFault(`${name} is no verb`);
  const { replies, seq, deadlineMs } = context;
  if (replies.isDraining && verb.isOfStream !== true) throw hostStopping();
  return () => {
    const limits = { signal: replies.signal(seq), ...(deadlineMs === undefined ? {} : { timeout: deadlineMs }) };
    void verb.run(context, args, limits).then(
      (answer) => replies.reply(seq, verb.isRead !== true, (frame) => writePlain(frame, answer)),
      (error: unknown) => replies.fail(seq, error),
    );
  };
}
