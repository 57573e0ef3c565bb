import { tellsOfRows } from '@weft/client';
import type { RecordReader } from '@weft/log';
import { Ask, ProtocolFault, readFlags, readPlain, type FrameWriter } from '@weft/protocol';
import { argsOf } from './calls.ts';
import type { RequestContext } from './context.ts';
import type { OpenType } from './type-table.ts';

/** Reads a point call. The answer carries it out, in the same turn: from bytes to columns, without an object for the row. */
export function runPoint(context: RequestContext, reader: RecordReader): () => void {
  const open = context.types.of(context.type);
  switch (context.kind) {
    case Ask.get:
      return getCall(context, open, open.form.readKey(reader));
    case Ask.write:
      return writeCall(context, open, reader);
    case Ask.update:
      return updateCall(context, open, reader);
    default:
      return deleteCall(context, open, open.form.readKey(reader));
  }
}

function getCall({ replies, seq }: RequestContext, open: OpenType, key: unknown): () => void {
  return () => {
    const row = open.served.router.get(key);
    answer({ replies, seq, open, isWrite: false, key }, (frame) => {
      frame.room(1).u8(row === undefined ? 0 : 1);
      if (row !== undefined) open.form.whole.write(frame, row);
    });
  };
}

function writeCall({ replies, seq, idempotencyId }: RequestContext, open: OpenType, reader: RecordReader): () => void {
  const { isNew: onlyNew, ttlMs } = readFlags(reader);
  const values = open.values;
  open.form.readInput(reader, values);
  const onConflict = onlyNew ? 'fail' : 'replace';
  const ttl = ttlMs === Infinity ? 'never' : ttlMs;
  if (idempotencyId !== undefined) throw new ProtocolFault('a write that names itself goes by the verb');
  return () => {
    let isNew: boolean;
    try {
      isNew = open.served.router.writeValues(values, onConflict, ttl);
    } catch (error) {
      return refuse(replies, seq, open, error);
    }
    const { version } = open;
    const stored = version < 0 ? 0 : (values[version] as number);
    answer({ replies, seq, open, isWrite: true, key: undefined }, (frame) => {
      const target = frame.room(9);
      target.u8(isNew ? 1 : 0);
      target.f64(stored);
    });
  };
}

function updateCall({ replies, seq, idempotencyId }: RequestContext, open: OpenType, reader: RecordReader): () => void {
  const options = { ...argsOf(readPlain(reader)), ...(idempotencyId === undefined ? {} : { idempotencyId }) };
  const key = open.form.readKey(reader);
  const patch = open.form.readChanges(reader);
  return () => {
    void open.space.update(key as never, patch as never, options).then(
      (row) =>
        replies.reply(seq, true, (frame) => {
          frame.room(1).u8(row === undefined ? 0 : 1);
          if (row !== undefined) open.form.whole.write(frame, row as object);
        }),
      (error: unknown) => replies.fail(seq, error),
    );
  };
}

function deleteCall({ replies, seq, idempotencyId }: RequestContext, open: OpenType, key: unknown): () => void {
  const options = idempotencyId === undefined ? undefined : { idempotencyId };
  return () => {
    void open.space.delete(key as never, options).then(
      (was) => replies.reply(seq, true, (frame) => frame.room(1).u8(was ? 1 : 0)),
      (error: unknown) => replies.fail(seq, error),
    );
  };
}

/** An error that tells what the rows are like is held back as an answer would be: what it has seen may not be committed yet. */
function refuse(replies: Answering['replies'], seq: number, { served: { router } }: OpenType, error: unknown): void {
  if (router.isSettled || !tellsOfRows(error)) return replies.fail(seq, error);
  void router.settled().then(
    () => replies.fail(seq, error),
    (failure: unknown) => replies.fail(seq, failure),
  );
}

interface Answering {
  readonly replies: RequestContext['replies'];
  readonly seq: number;
  readonly open: OpenType;
  readonly isWrite: boolean;
  readonly key: unknown;
}

/** Replies once what the call did and saw is committed, and where it has written, once full subscribers have room. */
function answer({ replies, seq, open, isWrite, key }: Answering, write: (frame: FrameWriter) => void): void {
  const { router, feed } = open.served;
  const pressure = isWrite ? feed.pressure(open.type.name) : undefined;
  if (router.isSettled && pressure === undefined) return replies.reply(seq, isWrite, write);
  const settled = router.isSettled ? undefined : router.settled(key);
  const wait =
    settled === undefined || pressure === undefined ? (settled ?? pressure!) : Promise.all([settled, pressure]);
  void wait.then(
    () => replies.reply(seq, isWrite, write),
    (error: unknown) => replies.fail(seq, error),
  );
}
