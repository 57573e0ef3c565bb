import type { Args, Verbs } from './verb.ts';

/** What a client asks of a stream that it has open. */
export const streamVerbs: Verbs = {
  ask: {
    isOfStream: true,
    run: (context, { stream, verb, of }) =>
      context.replies.stream(stream).ask(String(verb), (of ?? {}) as Args, context),
  },
  close: { isRead: true, isOfStream: true, run: async ({ replies }, { stream }) => replies.closeStream(stream) },
};
