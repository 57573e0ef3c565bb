import type { RowValues, TypeSchema } from '@weft/data';
import { schemaJson } from '@weft/data';
import {
  HAS_BEFORE,
  HEADER_BYTES,
  KINDS,
  OPS,
  PARTS,
  RECORD_FORMAT,
  type RecordedAnswer,
  type RecordHeader,
  type RecordParts,
  type RemovalReason,
  WORK_STATES,
  type WorkState,
} from './record.ts';
import { VARINT_BYTES_MAX, type RecordBytes } from './record-bytes.ts';
import type { NumberedType } from './type-numbers.ts';

/** Bytes at most of what stands in front of the images of an effect. */
export const EFFECT_HEAD_BYTES = 2 + 4 * VARINT_BYTES_MAX;
const TRANSACTION_ID_BYTES = 16;
const BYTES_PER_UNIT = 3;
const TWO_32 = 0x1_0000_0000;

/** Bytes at most of a header without parts. */
export const BARE_HEAD_BYTES = HEADER_BYTES;

/** Bytes at most of header and parts. */
export function headBytes({ idempotencyId = '', transaction }: RecordParts): number {
  const participants = transaction?.participants.length ?? 0;
  return (
    HEADER_BYTES +
    24 +
    TRANSACTION_ID_BYTES +
    (3 + participants) * VARINT_BYTES_MAX +
    BYTES_PER_UNIT * idempotencyId.length
  );
}

/** What every record has. */
export type BareHeader = Omit<RecordHeader, keyof RecordParts>;

/** Writes header and parts; length, checksum and count of effects are filled in by `endRecord`. */
export function beginRecord(
  target: RecordBytes,
  kind: keyof typeof KINDS,
  header: BareHeader,
  parts: RecordParts,
): void {
  const { session, idempotencyId, transaction } = parts;
  const flags =
    (session === undefined ? 0 : PARTS.session) |
    (idempotencyId === undefined ? 0 : PARTS.idempotency) |
    (transaction === undefined ? 0 : PARTS.transaction);
  writeHeader(target, KINDS[kind], flags, header);
  if (session !== undefined) {
    target.i64(BigInt.asIntN(64, session.session));
    target.integer(session.sequence);
    target.integer(session.ackedBelow);
  }
  if (idempotencyId !== undefined) target.text(idempotencyId);
  if (transaction === undefined) return;
  target.bytes.set(transaction.id, target.at);
  target.at += TRANSACTION_ID_BYTES;
  target.varint(transaction.participants.length);
  for (const participant of transaction.participants) target.varint(participant);
}

/** The same for the record of effects without parts, as nearly all are. */
export function beginBareRecord(target: RecordBytes, header: BareHeader): void {
  writeHeader(target, KINDS.effects, 0, header);
}

function writeHeader(target: RecordBytes, kind: number, parts: number, header: BareHeader): void {
  const { view, at } = target;
  const { lsn, hlc } = header;
  const { wallMs } = hlc;
  // Fields side by side go in one store: each record pays for this.
  view.setUint32(at + 4, 0, true);
  view.setUint32(at + 8, RECORD_FORMAT | (kind << 8) | (parts << 16), true);
  view.setUint32(at + 12, header.partition | (header.origin << 16), true);
  view.setUint32(at + 16, lsn | 0, true);
  view.setUint32(at + 20, Math.floor(lsn / TWO_32), true);
  view.setUint32(at + 24, header.term, true);
  view.setUint32(at + 28, header.prevTerm, true);
  view.setUint32(at + 32, hlc.counter | ((wallMs & 0xffff) << 16), true);
  view.setUint32(at + 36, Math.floor(wallMs / 0x1_0000), true);
  target.at = at + HEADER_BYTES;
}

/** Fills in what is known at the end only. */
export function endRecord(target: RecordBytes, start: number, effects: number): void {
  target.view.setUint32(start, target.at - start, true);
  target.view.setUint32(start + 40, effects, true);
}

function writeHead(
  target: RecordBytes,
  op: number,
  flags: number,
  delta: number,
  { number, version }: NumberedType,
  slot: number,
): void {
  target.u8(op);
  target.u8(flags);
  target.varint(delta);
  target.varint(number);
  target.varint(version);
  target.varint(slot);
}

/** Of an effect `delta` is its lsn less that of the record. */
export function writeInsert(
  target: RecordBytes,
  type: NumberedType,
  delta: number,
  slot: number,
  after: RowValues,
): void {
  writeHead(target, OPS.insert, 0, delta, type, slot);
  type.image.writeWhole(target, after);
}

export function writeReplace(
  target: RecordBytes,
  type: NumberedType,
  delta: number,
  slot: number,
  after: RowValues,
  before: RowValues | undefined,
): void {
  writeHead(target, OPS.replace, before === undefined ? 0 : HAS_BEFORE, delta, type, slot);
  type.image.writeWhole(target, after);
  if (before !== undefined) type.image.writeWhole(target, before);
}

export interface RowChange {
  readonly key: unknown;
  readonly ordinals: readonly number[];
  readonly after: readonly unknown[];
  readonly before: readonly unknown[] | undefined;
}

export function writeUpdate(
  target: RecordBytes,
  type: NumberedType,
  delta: number,
  slot: number,
  { key, ordinals, after, before }: RowChange,
): void {
  writeHead(target, OPS.update, before === undefined ? 0 : HAS_BEFORE, delta, type, slot);
  type.image.writeKey(target, key);
  type.image.writeChanges(target, ordinals, after);
  if (before !== undefined) type.image.writeChanges(target, ordinals, before);
}

export function writeRemoval(
  target: RecordBytes,
  type: NumberedType,
  delta: number,
  slot: number,
  reason: RemovalReason,
  key: unknown,
  before: RowValues | undefined,
): void {
  writeHead(target, OPS[reason], before === undefined ? 0 : HAS_BEFORE, delta, type, slot);
  type.image.writeKey(target, key);
  if (before !== undefined) type.image.writeWhole(target, before);
}

export function writeClear(target: RecordBytes, type: NumberedType, delta: number): void {
  writeHead(target, OPS.clear, 0, delta, type, 0);
}

/** Bytes at most of what stands behind the key. */
export function workBytes({ reason }: WorkState): number {
  return 1 + VARINT_BYTES_MAX + 8 + VARINT_BYTES_MAX + BYTES_PER_UNIT * reason.length;
}

export function writeWork(
  target: RecordBytes,
  type: NumberedType,
  delta: number,
  slot: number,
  key: unknown,
  { state, tries, atMs, reason }: WorkState,
): void {
  writeHead(target, OPS.work, 0, delta, type, slot);
  type.image.writeKey(target, key);
  target.u8(WORK_STATES.indexOf(state));
  target.varint(tries);
  target.integer(atMs);
  target.text(reason);
}

/** Bytes at most of what stands behind the head. */
export function groupCommitBytes(group: string): number {
  return VARINT_BYTES_MAX + BYTES_PER_UNIT * group.length + 8;
}

export function writeGroupCommit(
  target: RecordBytes,
  type: NumberedType,
  delta: number,
  group: string,
  position: number,
): void {
  writeHead(target, OPS.groupCommit, 0, delta, type, 0);
  target.text(group);
  target.integer(position);
}

/** Bytes at most of an answer. */
export function answerBytes({ digest, result }: RecordedAnswer): number {
  return EFFECT_HEAD_BYTES + 2 * VARINT_BYTES_MAX + BYTES_PER_UNIT * (digest.length + result.length);
}

export function writeAnswer(target: RecordBytes, delta: number, { digest, result }: RecordedAnswer): void {
  target.u8(OPS.answer);
  target.u8(0);
  target.varint(delta);
  target.text(digest);
  target.text(result);
}

/** A schema as its declaration has it. */
export function declarationText(schema: TypeSchema): string {
  return JSON.stringify(schemaJson(schema));
}

/** Bytes at most of a declaration behind the header. */
export function declarationBytes(text: string): number {
  return 3 * VARINT_BYTES_MAX + BYTES_PER_UNIT * text.length + 8;
}

export function writeDeclaration(
  target: RecordBytes,
  { number, version }: NumberedType,
  text: string,
  expiryMs: number | undefined,
): void {
  target.varint(number);
  target.varint(version);
  target.text(text);
  if (expiryMs !== undefined) target.integer(expiryMs);
}
