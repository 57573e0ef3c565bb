import { DiskFault, WeftError } from '@weft/base';

/** What a user is told of a journal that cannot be read. */
export function damaged(path: string, at: number, what: string, cause?: unknown): WeftError<'JOURNAL_DAMAGED'> {
  return new WeftError('JOURNAL_DAMAGED', `The journal is damaged: ${path} at byte ${at}: ${what}.`, {
    details: { file: path, offset: at },
    ...(cause !== undefined && { cause }),
  });
}

export function newerFormat(path: string, format: number, known: number): WeftError<'JOURNAL_FORMAT'> {
  return new WeftError(
    'JOURNAL_FORMAT',
    `${path} has format ${format} of the journal; this version of Weft reads formats up to ${known}.`,
    { details: { file: path, format, known } },
  );
}

export function diskFull(path: string, cause: unknown, isAhead: boolean): WeftError<'DISK_FULL'> {
  const rest = isAhead
    ? 'What was acknowledged in the last moments is in memory only until then.'
    : 'What was acknowledged is safe.';
  return new WeftError('DISK_FULL', `There is no space left for ${path}: writes are refused until there is. ${rest}`, {
    details: { file: path },
    cause,
  });
}

export function journalBusy(bytes: number, bytesMax: number): WeftError<'JOURNAL_BUSY'> {
  return new WeftError(
    'JOURNAL_BUSY',
    `The journal waits for the disk with ${bytes} bytes; JOURNAL_BYTES_IN_FLIGHT_MAX is ${bytesMax}.`,
    { details: { bytes, bytesMax } },
  );
}

/** What ends a journal. `isAhead`: what was acknowledged may not be in it. */
export function journalFailed(path: string, cause: unknown, isAhead: boolean): WeftError<'JOURNAL_FAILED'> {
  const rest = isAhead
    ? 'of what was acknowledged the last moments may not be in the journal'
    : 'what was acknowledged is in the journal';
  return new WeftError(
    'JOURNAL_FAILED',
    `The journal could not write to ${path} (${textOf(cause)}). Nothing more is written; ${rest}.`,
    { details: { file: path }, cause },
  );
}

/** A fault that came while the journal was opened, as its user is told. */
export function openingFault(path: string, cause: unknown): unknown {
  if (DiskFault.is(cause, 'full'))
    return new WeftError('DISK_FULL', `There is no space left for ${path}, which cannot be opened without.`, {
      details: { file: path },
      cause,
    });
  if (DiskFault.is(cause))
    return new WeftError('JOURNAL_FAILED', `The journal in ${path} could not be opened (${textOf(cause)}).`, {
      details: { file: path },
      cause,
    });
  return cause;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** `offset`: where in the frame's records. */
export function damagedRecord(path: string, at: number, offset: number): WeftError<'JOURNAL_DAMAGED'> {
  return damaged(path, at, `the checksum of the record at byte ${offset} of this frame's records is wrong`);
}
