import { WeftError } from '@weft/base';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Node has it, its types do not: `toString('latin1')` without the look at its arguments. */
type Latin1 = Buffer & { latin1Slice(start: number, end: number): string };

/** The text of some bytes. Throws RECORD_INVALID where they are no UTF-8. */
export function fieldText(bytes: Buffer, start: number, end: number): string {
  let at = start;
  while (at < end && bytes[at]! < 0x80) at++;
  if (at === end) return (bytes as Latin1).latin1Slice(start, end);
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    throw new WeftError('RECORD_INVALID', 'The record has bytes that are no UTF-8.');
  }
}
