import { WeftError } from '@weft/base';
import { fieldText } from '../batch/field-text.ts';

/** The text of some bytes. What is no UTF-8 stays bytes, and is refused where its row is put. */
export function textCell(bytes: Buffer, start: number, end: number): string | Uint8Array {
  try {
    return fieldText(bytes, start, end);
  } catch (error) {
    if (WeftError.is(error)) return bytes.subarray(start, end);
    throw error;
  }
}

/** The text of a cell of bytes; other cells stay what they are. */
export function textOfCell(cell: unknown): unknown {
  return cell instanceof Uint8Array ? textCell(bufferOf(cell), 0, cell.length) : cell;
}

/** The same bytes as a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
