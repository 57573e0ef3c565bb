import { type Clock, parseDuration, WeftError } from '@weft/base';
import { expiryOf, type AnyType } from '@weft/data';

/** How long a row lives from now on: so many milliseconds, or for ever. */
export type RowTtl = number | 'never';

/** The option `ttl` of a call. Throws OPTION_INVALID. */
export function ttlOption(type: AnyType, call: string, options: object): RowTtl | undefined {
  const { ttl } = options as { readonly ttl?: unknown };
  if (ttl === undefined) return undefined;
  if (expiryOf(type.schema) < 0)
    throw new WeftError(
      'OPTION_INVALID',
      `${call}: rows of ${type.name} live for ever, since it declares no ttl; declare one, or ttl: 'perWrite' for rows that live for ever unless their write says how long.`,
    );
  if (ttl === 'never') return 'never';
  const ms = parseDuration(ttl, `${call}: ttl`);
  if (ms > 0) return ms;
  throw new WeftError(
    'OPTION_INVALID',
    `${call}: ttl is a duration above zero, or 'never'; delete removes a row at once.`,
  );
}

/** When a row that is written now expires; undefined for never. */
export function expiryAt(clock: Clock, ttl: RowTtl): Date | undefined {
  return ttl === 'never' ? undefined : new Date(Math.floor(clock.wallMs() + ttl));
}
