import { WeftError } from '@weft/base';
import { sentenceOf } from '../cli/failure.ts';
import type { Refusal } from './member-messages.ts';

/** What an error says, for whoever is not in its thread. */
export async function refusalOf(error: unknown): Promise<Refusal> {
  return { message: await sentenceOf(error), code: WeftError.is(error) ? error.code : undefined };
}
