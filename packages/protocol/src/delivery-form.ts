/**
 * What a consumer is sent.
 *
 * | bytes | what |
 * |---|---|
 * | 1 | 0 a delivery, 1 a dead letter |
 * | 4 | its number, by which it is acknowledged |
 * | n | the row |
 * | 4 | how often it was handed out |
 * | 8 + 8 | of a delivery: until when it is held, milliseconds since 1970, and how long from now; IEEE 754 |
 * | 8 + n | of a letter: since when, milliseconds since 1970; why, a text |
 */
import { utf8Length } from '@weft/base';
import { VARINT_BYTES_MAX, type RecordReader } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { ProtocolFault } from './protocol-fault.ts';
import type { ColumnsForm } from './row-form.ts';

/** A row that was handed out. */
export interface SentDelivery {
  readonly number: number;
  readonly row: object;
  readonly tries: number;
  readonly expiresAtMs: number;
  readonly leftMs: number;
}

/** A dead letter, for a function of the consumer's process. */
export interface SentLetter {
  readonly number: number;
  readonly row: object;
  readonly tries: number;
  readonly atMs: number;
  readonly reason: string;
}

export function writeDelivery(frame: FrameWriter, form: ColumnsForm, item: SentDelivery | SentLetter): void {
  const target = frame.room(5);
  target.u8('reason' in item ? 1 : 0);
  target.u32(item.number);
  form.write(frame, item.row);
  const text = 'reason' in item ? item.reason : '';
  const rest = frame.room(20 + VARINT_BYTES_MAX + utf8Length(text));
  rest.u32(item.tries);
  if ('reason' in item) {
    rest.f64(item.atMs);
    rest.text(text);
  } else {
    rest.f64(item.expiresAtMs);
    rest.f64(item.leftMs);
  }
}

/** Throws ProtocolFault and DamagedRecord. */
export function readDelivery(reader: RecordReader, form: ColumnsForm): SentDelivery | SentLetter {
  const kind = reader.u8();
  if (kind > 1) throw new ProtocolFault('what a consumer is sent is a delivery or a letter');
  const number = reader.u32();
  const row = form.read(reader);
  const tries = reader.u32();
  if (kind === 0) return { number, row, tries, expiresAtMs: reader.f64(), leftMs: reader.f64() };
  return { number, row, tries, atMs: reader.f64(), reason: reader.text() };
}
