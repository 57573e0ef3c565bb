import { WeftError } from '@weft/base';
import type { Position } from '@weft/data';

/** `1.<log>.<lsns>`: the form, the log that it is of, and an lsn for each partition, numbers in base 36. */
const FORM = '1';
const RADIX = 36;

export function formatPosition(log: string, lsns: ArrayLike<number>): Position {
  let text = `${FORM}.${log}.`;
  for (let partition = 0; partition < lsns.length; partition++)
    text += (partition === 0 ? '' : ',') + lsns[partition]!.toString(RADIX);
  return text;
}

/** The lsns of a position. Throws OPTION_INVALID where the text is none, POSITION_TRUNCATED where it is of another log. */
export function parsePosition(text: unknown, log: string, partitions: number): Float64Array {
  const parts = typeof text === 'string' ? text.split('.') : [];
  const [form, of, list] = parts;
  if (parts.length !== 3 || form !== FORM || of === undefined || list === undefined || !LIST.test(list))
    throw new WeftError('OPTION_INVALID', 'from is a position as subscription.position gives it; this is none.');
  const lsns = Float64Array.from(list.split(','), (lsn) => Number.parseInt(lsn, RADIX));
  if (of === log && lsns.length === partitions) return lsns;
  throw new WeftError(
    'POSITION_TRUNCATED',
    of === log
      ? `The position is of a grid with ${lsns.length} partitions; this one has ${partitions}.`
      : 'The position is of another log: of another grid, or of this one before it was started again without a data directory.',
  );
}

const LIST = /^[0-9a-z]{1,11}(?:,[0-9a-z]{1,11})*$/;
