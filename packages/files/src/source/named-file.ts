import { WeftError } from '@weft/base';
import type { ByteSource } from './byte-source.ts';

/** FILE_INVALID with the name of the file in front, where there is one; other errors as they are. */
export function naming({ name, path }: Pick<ByteSource, 'name' | 'path'>, error: unknown): unknown {
  if (path === undefined || !WeftError.is(error) || error.code !== 'FILE_INVALID') return error;
  return new WeftError('FILE_INVALID', `${name}: ${error.message}`, {
    hint: error.hint,
    details: error.details,
    cause: error.cause ?? error,
  });
}
