import { WeftError } from '@weft/base';

/** TYPE_INVALID for a declaration; `where` is the type, or type and column. */
export function typeInvalid(where: string, why: string, cause?: unknown): WeftError<'TYPE_INVALID'> {
  return new WeftError(
    'TYPE_INVALID',
    `${where}: ${why}${why.endsWith('?') ? '' : '.'}`,
    cause === undefined ? {} : { cause },
  );
}

/** A piece of a declaration or an option as a message shows it: never a whole object, never long. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
