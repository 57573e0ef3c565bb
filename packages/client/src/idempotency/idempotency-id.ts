import { murmur3String, WeftError } from '@weft/base';
import type { Source } from '@weft/data';
import { decodeAnswer, encodeAnswer } from './answer-code.ts';

/** Characters of an idempotency id. */
export const IDEMPOTENCY_ID_LENGTH_MAX = 128;

/** What several verbs take. */
export interface IdempotencyOption {
  /**
   * Names the call, so that it can be repeated where its answer was lost: a call with the same id and arguments gets the first answer, and does
   * nothing. Remembered for an hour, see IDEMPOTENCY_IDS_MAX, also over a restart of a grid with a `dataDir`.
   */
  readonly idempotencyId?: string | undefined;
}

/** A call that names itself. */
export interface NamedCall {
  /** For messages: Type.verb. */
  readonly name: string;
  readonly id: string;
}

/** The id among the options of a call, and the others. Throws OPTION_INVALID. */
export function namedCall<O extends object>(
  name: string,
  options: (O & IdempotencyOption) | undefined,
): { readonly call: NamedCall; readonly rest: O } | undefined {
  if (options?.idempotencyId === undefined) return undefined;
  const { idempotencyId: id, ...rest } = options;
  if (typeof id === 'string' && id.length > 0 && id.length <= IDEMPOTENCY_ID_LENGTH_MAX)
    return { call: { name, id }, rest: rest as unknown as O };
  throw new WeftError(
    'OPTION_INVALID',
    `${name}: idempotencyId is a string of 1 to IDEMPOTENCY_ID_LENGTH_MAX, ${IDEMPOTENCY_ID_LENGTH_MAX}, characters.`,
  );
}

/** Does what was asked for, once; for a call that was made before, its first answer. Throws IDEMPOTENCY_MISMATCH. */
export function once<T>(source: Source, call: NamedCall, asked: unknown, run: () => T): T {
  const digest = digestOf(call, asked);
  const known = source.answerOf(call.id);
  if (known === undefined) return source.group(run, { id: call.id, digest, encode: encodeAnswer });
  if (known.digest === digest) return decodeAnswer(known.result) as T;
  throw mismatch(call);
}

/** 64 bits that tell what was asked for; equal arguments have equal ones. */
export function digestOf({ name }: NamedCall, asked: unknown): string {
  const text = encodeAnswer([name, asked]);
  return [0, 0x5bd1e995].map((seed) => murmur3String(text, seed).toString(16).padStart(8, '0')).join('');
}

/** Where a row goes whose place is for Weft to choose: a repeated call must find the same partition. */
export function slotOfCall({ id }: NamedCall, slots: number): number {
  return murmur3String(id, 0) % slots;
}

export function mismatch({ name, id }: NamedCall): WeftError<'IDEMPOTENCY_MISMATCH'> {
  return new WeftError(
    'IDEMPOTENCY_MISMATCH',
    `${name}: idempotencyId ${JSON.stringify(id)} was used for another call before: another verb, row, key or option.`,
    { details: { idempotencyId: id } },
  );
}
