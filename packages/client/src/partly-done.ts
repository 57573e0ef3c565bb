import { WeftError } from '@weft/base';

/** What part of many rows an error leaves done, told by the error itself. Errors that are not ours pass unchanged. */
export function partlyDone(
  error: unknown,
  done: { readonly written: number } | { readonly changed: number } | { readonly deleted: number },
): unknown {
  if (!WeftError.is(error)) return error;
  const [[what, count]] = Object.entries(done) as [[string, number]];
  return new WeftError(error.code, `${error.message} Before that, ${count} rows were ${what}.`, {
    details: { ...error.details, ...done },
    hint: error.hint,
    cause: error.cause ?? error,
  });
}

/** An error of one row among many, with the row's position. */
export function rowFailed(error: unknown, position: number): unknown {
  if (!WeftError.is(error)) return error;
  return new WeftError(error.code, `Row ${position}: ${error.message}`, {
    details: { ...error.details, row: position },
    hint: error.hint,
    cause: error,
  });
}
