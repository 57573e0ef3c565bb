import { WeftError } from '@weft/base';
import { writePlain } from '@weft/protocol';
import type { RequestContext } from './context.ts';
import type { ItemSource } from './item-stream.ts';
import { ListSource } from './list-source.ts';
import type { Args } from './verbs/verb.ts';

/** Something that is asked of an open stream and answered by a list: item by item, so that it may have any length. It is asked in the turn in which it came. */
export async function listedAnswer(context: RequestContext, { stream, verb, of }: Args): Promise<ItemSource<unknown>> {
  const list = await context.replies.stream(stream).ask(String(verb), (of ?? {}) as Args, context);
  if (Array.isArray(list)) return new ListSource(itemsOf(list), writePlain);
  throw new WeftError('OPTION_INVALID', `${String(verb)} is answered by no list.`);
}

async function* itemsOf(list: readonly unknown[]): AsyncGenerator<unknown, undefined> {
  yield* list;
}
