import { WeftError } from '@weft/base';

/** What part of many rows an error leaves done, told by the error itself. Errors that are not ours pass unchanged. */
export function partlyDone(
  error: unknown,
  done: { readonly written: number } | { readonly changed: number } | { readonly deleted: number },
): unknown {
  if (!WeftError.is(error)) return error;
  const [[what, count]] = Object.entries(done) as [[string, number]];
  const said = error.message.replace(/ Before that, \d+ rows were \w+\.$/, '');
  return withMore(error, `${said} Before that, ${count} rows were ${what}.`, done);
}

/** The error of a batch that was to be written whole or not at all. `kept`: rows that could not be taken back. */
export function notWhole(error: unknown, kept: number): unknown {
  if (!WeftError.is(error)) return error;
  const left =
    kept === 0
      ? 'None of the rows were written.'
      : `${kept} rows stay written, since other calls have changed them, or what they need, meanwhile.`;
  return withMore(error, `${error.message} ${left}`, { written: kept });
}

/** An error of one row among many, with the row's position and, where it is known, its key. */
export function rowFailed(error: unknown, position: number, key?: string): unknown {
  if (!WeftError.is(error)) return error;
  const where = key === undefined ? `Row ${position}` : `Row ${position} (${key})`;
  return withMore(
    error,
    `${where}: ${error.message}`,
    key === undefined ? { row: position } : { row: position, key },
    error,
  );
}

function withMore(
  error: WeftError,
  message: string,
  details: Readonly<Record<string, string | number>>,
  cause: unknown = error.cause ?? error,
): WeftError {
  return new WeftError(error.code, message, { details: { ...error.details, ...details }, hint: error.hint, cause });
}
