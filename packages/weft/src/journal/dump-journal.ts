import { once } from 'node:events';
import { DamagedRecord, readRecord, TypeNumbers, type Effect, type JournalFrame, type LogRecord } from '@weft/log';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { readOnlyJournal } from './read-only-journal.ts';

/** Prints the records of a journal from a frame on, one JSON object a line. */
export async function dumpJournal({ stdout }: CommandContext, directory: string, from: number): Promise<ExitCode> {
  const { scan } = await readOnlyJournal(directory);
  const types: TypeNumbers[] = [];
  for await (const frame of scan.frames()) {
    const text = recordsOf(frame, types)
      .map((record) => `${JSON.stringify(record, plain)}\n`)
      .join('');
    if (frame.head.sequence >= from && !stdout.write(text)) await once(stdout, 'drain');
  }
  return exitCode.ok;
}

function recordsOf({ bytes, start, end, head, segment, at }: JournalFrame, types: TypeNumbers[]): object[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const records: object[] = [];
  for (let record = start; record < end; record += view.getUint32(record, true)) {
    const partition = view.getUint16(record + 12, true);
    const place = { frame: head.sequence, file: segment.path, at, partition };
    records.push({
      ...place,
      ...shown(bytes, record, record + view.getUint32(record, true), (types[partition] ??= new TypeNumbers())),
    });
  }
  return records;
}

/** A record whose types were declared in a part of the journal that is gone shows that only. */
function shown(bytes: Uint8Array, start: number, end: number, types: TypeNumbers): object {
  try {
    return shownRecord(readRecord(bytes, start, end, types), types);
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    return { unread: error.message };
  }
}

function shownRecord(record: LogRecord, types: TypeNumbers): object {
  const { lsn, term, origin, hlc, session, idempotencyId, transaction } = record;
  const head = { lsn, term, origin, at: new Date(hlc.wallMs).toISOString(), session, idempotencyId, transaction };
  if (record.kind === 'effects') return { ...head, effects: record.effects.map(shownEffect) };
  types.adopt(record.declaration);
  const { number, version, schema } = record.declaration;
  return { ...head, declares: schema.name, number, version };
}

function shownEffect(effect: Effect): object {
  const { schema, ...others } = effect;
  return { type: schema.name, ...others };
}

/** Values that JSON does not have. */
function plain(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}
