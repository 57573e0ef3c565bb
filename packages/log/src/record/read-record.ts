import { readSchema } from '@weft/data';
import {
  HAS_BEFORE,
  HEADER_BYTES,
  KINDS,
  OPS,
  PARTS,
  RECORD_BYTES_MAX,
  RECORD_FORMAT,
  type Declaration,
  type Effect,
  type LogRecord,
  type RecordedAnswer,
  type RecordParts,
  WORK_STATES,
  type WorkState,
} from './record.ts';
import { DamagedRecord, RecordReader } from './record-reader.ts';
import type { NumberedType, TypeNumbers } from './type-numbers.ts';

const ALL_PARTS = PARTS.session | PARTS.idempotency | PARTS.transaction;
/** An effect takes five bytes at least: a damaged count must not ask for memory. */
const EFFECT_BYTES_MIN = 5;
const TRANSACTION_ID_BYTES = 16;

/** The length that a record says it has. Throws DamagedRecord for one that no record has. */
export function lengthOfRecord(bytes: Uint8Array, start: number): number {
  if (start + HEADER_BYTES > bytes.length) throw new DamagedRecord('a record is cut off in its header');
  const length =
    (bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 24)) >>> 0;
  if (length < HEADER_BYTES || length > RECORD_BYTES_MAX)
    throw new DamagedRecord(`a record of ${length} bytes is none that was written`);
  return length;
}

/** Reads the record between `start` and `end`. Its checksum has been compared where it came from outside. Throws DamagedRecord. */
export function readRecord(bytes: Uint8Array, start: number, end: number, types: TypeNumbers): LogRecord {
  return readRecordBy(new RecordReader(bytes), start, end, types);
}

/** The same by a reader of these bytes that is at hand: making one costs as much as reading a short record. */
export function readRecordBy(reader: RecordReader, start: number, end: number, types: TypeNumbers): LogRecord {
  reader.seek(start, end);
  if (reader.rest < HEADER_BYTES || reader.u32() !== end - start)
    throw new DamagedRecord('a record is not as long as it says');
  reader.seek(start + 8, end);
  const format = reader.u8();
  if (format !== RECORD_FORMAT)
    throw new DamagedRecord(`a record has format ${format}; this version reads ${RECORD_FORMAT}`);
  const kind = reader.u8();
  const parts = reader.u16();
  const partition = reader.u16();
  const origin = reader.u16();
  const lsn = reader.integer();
  const term = reader.u32();
  const prevTerm = reader.u32();
  const counter = reader.u16();
  const wallMs = reader.u16() + reader.u32() * 0x1_0000;
  const effects = reader.u32();
  const hlc = { wallMs, counter };
  const beside = parts === 0 ? undefined : readParts(reader, parts);
  if (kind === KINDS.declaration) {
    const declaration = ended(reader, readDeclaration(reader));
    return { ...beside, kind: 'declaration', partition, origin, lsn, term, prevTerm, hlc, declaration };
  }
  if (kind !== KINDS.effects) throw new DamagedRecord(`a record is of kind ${kind}, which this version does not know`);
  const { effects: read, answer } = ended(reader, readEffects(reader, lsn, effects, types));
  // Nearly all have nothing beside: spreading that would cost more than reading the rest.
  if (beside === undefined && answer === undefined)
    return { kind: 'effects', partition, origin, lsn, term, prevTerm, hlc, effects: read };
  return {
    ...beside,
    kind: 'effects',
    partition,
    origin,
    lsn,
    term,
    prevTerm,
    hlc,
    effects: read,
    ...(answer !== undefined && { answer }),
  };
}

function ended<T>(reader: RecordReader, value: T): T {
  if (reader.rest !== 0) throw new DamagedRecord('a record goes on behind its last effect');
  return value;
}

/** What the record says beside its effects; the reader stands behind the header. */
export function readParts(reader: RecordReader, parts: number): RecordParts {
  if ((parts & ~ALL_PARTS) !== 0) throw new DamagedRecord('a record has parts that this version does not know');
  return {
    ...((parts & PARTS.session) !== 0 && {
      session: { session: BigInt.asUintN(64, reader.i64()), sequence: reader.integer(), ackedBelow: reader.integer() },
    }),
    ...((parts & PARTS.idempotency) !== 0 && { idempotencyId: reader.text() }),
    ...((parts & PARTS.transaction) !== 0 && { transaction: readTransaction(reader) }),
  };
}

function readTransaction(reader: RecordReader): NonNullable<RecordParts['transaction']> {
  const id = reader.raw(TRANSACTION_ID_BYTES);
  const count = reader.varint();
  if (count > reader.rest) throw new DamagedRecord('a transaction has more participants than bytes');
  return { id, participants: Array.from({ length: count }, () => reader.varint()) };
}

function readDeclaration(reader: RecordReader): Declaration {
  const number = reader.varint();
  const version = reader.varint();
  try {
    const schema = readSchema(JSON.parse(reader.text()));
    return { number, version, schema, ...(reader.rest > 0 && { expiryMs: reader.integer() }) };
  } catch (error) {
    throw new DamagedRecord('a declaration does not read as one', { cause: error });
  }
}

function readEffects(
  reader: RecordReader,
  lsn: number,
  count: number,
  types: TypeNumbers,
): { readonly effects: readonly Effect[]; readonly answer?: RecordedAnswer } {
  if (count * EFFECT_BYTES_MIN > reader.rest) throw new DamagedRecord('a record has more effects than bytes');
  const effects: Effect[] = [];
  let answer: RecordedAnswer | undefined;
  for (let i = 0; i < count; i++) {
    if (reader.peek() === OPS.answer) answer = readAnswer(reader);
    else effects.push(readEffect(reader, lsn, types));
  }
  return answer === undefined ? { effects } : { effects, answer };
}

function readAnswer(reader: RecordReader): RecordedAnswer {
  reader.u16();
  reader.varint();
  return { digest: reader.text(), result: reader.text() };
}

/** Goes past an answer, where the reader stands at one. */
export function passAnswer(reader: RecordReader): boolean {
  const isAnswer = reader.peek() === OPS.answer;
  if (isAnswer) readAnswer(reader);
  return isAnswer;
}

/** The effect at which the reader stands. Throws DamagedRecord. */
export function readEffect(reader: RecordReader, recordLsn: number, types: TypeNumbers): Effect {
  const op = reader.u8();
  const hasBefore = (reader.u8() & HAS_BEFORE) !== 0;
  const lsn = recordLsn + reader.varint();
  const type = types.at(reader.varint(), reader.varint());
  const slot = reader.varint();
  // Most are of this kind.
  if (op === OPS.insert) return { op: 'insert', lsn, schema: type.schema, slot, after: type.image.readWhole(reader) };
  const place = { lsn, schema: type.schema, slot };
  switch (op) {
    case OPS.replace: {
      const after = type.image.readWhole(reader);
      return { ...place, op: 'replace', after, before: beforeOf(hasBefore, type, reader) };
    }
    case OPS.update: {
      const key = type.image.readKey(reader);
      const { ordinals, values } = type.image.readChanges(reader);
      const before = hasBefore ? type.image.readChanges(reader).values : undefined;
      return { ...place, op: 'update', key, ordinals, after: values, before };
    }
    case OPS.delete:
    case OPS.expire:
    case OPS.evict: {
      const key = type.image.readKey(reader);
      return { ...place, op: removals[op], key, before: beforeOf(hasBefore, type, reader) };
    }
    case OPS.clear:
      return { ...place, op: 'clear' };
    case OPS.work:
      return { ...place, op: 'work', key: type.image.readKey(reader), ...readWork(reader) };
    case OPS.groupCommit:
      return { ...place, op: 'groupCommit', group: reader.text(), position: reader.integer() };
    default:
      throw new DamagedRecord(`an effect is of kind ${op}, which this version does not know`);
  }
}

const removals = { [OPS.delete]: 'delete', [OPS.expire]: 'expire', [OPS.evict]: 'evict' } as const;

function readWork(reader: RecordReader): WorkState {
  const number = reader.u8();
  const state = WORK_STATES[number];
  if (state === undefined) throw new DamagedRecord(`a row of a work queue has state ${number}, which no row has`);
  return { state, tries: reader.varint(), atMs: reader.integer(), reason: reader.text() };
}

function beforeOf(hasBefore: boolean, { image }: NumberedType, reader: RecordReader): unknown[] | undefined {
  return hasBefore ? image.readWhole(reader) : undefined;
}
