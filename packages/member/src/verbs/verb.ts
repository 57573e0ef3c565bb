import type { AnyType } from '@weft/data';
import type { Space } from '@weft/client';
import type { RecordReader } from '@weft/log';
import type { FrameWriter } from '@weft/protocol';
import type { RequestContext } from '../context.ts';
import type { OpenType } from '../type-table.ts';

export type Args = Readonly<Record<string, unknown>>;

/** What ends a call beside its end: what a verb takes as `signal` and `timeout`. */
export interface CallLimits {
  readonly signal: AbortSignal;
  readonly timeout?: number;
}

/** A verb that is answered in one message. */
export interface Verb {
  /** It changes nothing, so that it may be done again. */
  readonly isRead?: true;
  /** About something that is open already. */
  readonly isOfStream?: true;
  /** `rest` stands behind the arguments, and is to be read before the first pause. */
  run(context: RequestContext, args: Args, limits: CallLimits, rest: RecordReader): Promise<unknown>;
  /** A plain value unless it says otherwise. */
  write?(frame: FrameWriter, answer: unknown, context: RequestContext): void;
}

export type Verbs = Readonly<Record<string, Verb>>;

export function openType(context: RequestContext): OpenType {
  return context.types.of(context.type);
}

export function spaceOf(context: RequestContext): Space<AnyType> {
  return openType(context).space;
}

/** With the idempotency id of the request, where it has one. */
export function named({ idempotencyId }: RequestContext, limits: CallLimits): CallLimits & { idempotencyId?: string } {
  return idempotencyId === undefined ? limits : { ...limits, idempotencyId };
}

/** A row or none. */
export function writeMaybeRow(frame: FrameWriter, row: unknown, context: RequestContext): void {
  frame.room(1).u8(row === undefined ? 0 : 1);
  if (row !== undefined) openType(context).form.whole.write(frame, row as object);
}
