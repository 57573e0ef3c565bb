import type { RecordReader } from '@weft/log';
import { ProtocolFault, readPlain } from '@weft/protocol';
import type { RequestContext, ServerStream } from './context.ts';
import { findStream } from './find-stream.ts';

type Args = Readonly<Record<string, unknown>>;
export type OpenServerStream = (context: RequestContext, args: Args) => ServerStream;

const openers: Readonly<Record<string, OpenServerStream>> = { find: findStream };

/** Reads the request for a stream. The answer opens it. */
export function openStream(context: RequestContext, reader: RecordReader): () => ServerStream {
  const name = reader.text();
  const args = readPlain(reader) as Args;
  const open = Object.hasOwn(openers, name) ? openers[name] : undefined;
  if (open === undefined) throw new ProtocolFault(`${name} is no stream`);
  return () => open(context, args);
}
