import { WeftError } from '@weft/base';
import type { RecordReader } from '@weft/log';
import { ProtocolFault, readPlain, writePlain } from '@weft/protocol';
import type { Asked } from './admission.ts';
import type { RequestContext } from './context.ts';
import { hostStopping } from './host-stopping.ts';
import { gridVerbs } from './verbs/grid-verbs.ts';
import { spaceVerbs } from './verbs/space-verbs.ts';
import { streamVerbs } from './verbs/stream-verbs.ts';
import type { Args, CallLimits, Verbs } from './verbs/verb.ts';

const verbs: Verbs = { ...spaceVerbs, ...gridVerbs, ...streamVerbs };

/** Reads a call. The answer begins it. */
export function runCall(context: RequestContext, reader: RecordReader): () => void {
  const name = reader.text();
  const args = argsOf(readPlain(reader));
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) throw new WeftError('PROTOCOL_MISMATCH', `This host has no verb ${shown(name)}.`);
  const { replies, seq, deadlineMs } = context;
  if (replies.isDraining && verb.isOfStream !== true) throw hostStopping();
  return () => {
    const limits: CallLimits = {
      signal: replies.signal(seq),
      ...(deadlineMs === undefined ? {} : { timeout: deadlineMs }),
    };
    void counted(context, name, verb.run(context, args, limits, reader)).then(
      (answer) =>
        replies.reply(seq, verb.isRead !== true, (frame) =>
          verb.write === undefined ? writePlain(frame, answer) : verb.write(frame, answer, context),
        ),
      (error: unknown) => replies.fail(seq, error),
    );
  };
}

/** A question is under way until its end. */
async function counted<T>({ works }: RequestContext, name: string, answer: Promise<T>): Promise<T> {
  if (!QUESTIONS.has(name)) return answer;
  works.begin();
  let isAnswered = false;
  try {
    const done = await answer;
    isAnswered = true;
    return done;
  } finally {
    works.end(isAnswered);
  }
}

/** What a call, or a request for a stream, is about. The reader stands at its body, and stays there. */
export function askedOf(reader: RecordReader, leftMs: number | undefined): Asked {
  const { at, rest } = reader;
  const name = reader.text();
  reader.seek(at, at + rest);
  return { goesOn: Object.hasOwn(streamVerbs, name), isQuestion: QUESTIONS.has(name), leftMs };
}

/** Verbs that look at rows, however many, in turns: of calls, and of streams. */
const QUESTIONS: ReadonlySet<string> = new Set(['count', 'read', 'find', 'getMany', 'aggregate', 'partial']);

/** Arguments by name. Throws ProtocolFault. */
export function argsOf(value: unknown): Args {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Args;
  throw new ProtocolFault('the arguments of a request are no object');
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
