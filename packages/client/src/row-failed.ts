import { WeftError } from '@weft/base';

/** An error of one row among many, with the row's position; the rows before it are written. */
export function rowFailed(error: unknown, position: number): unknown {
  if (!WeftError.is(error)) return error;
  return new WeftError(error.code, `Row ${position}: ${error.message} The ${position} rows before it are written.`, {
    details: { ...error.details, row: position, written: position },
    hint: error.hint,
    cause: error,
  });
}
