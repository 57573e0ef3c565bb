import { WeftError } from './errors/weft-error.ts';

/** A span of time: `'50ms'`, `'5s'`, `'2m'`, `'1.5h'`, `'1d'`, or a number of milliseconds. */
export type Duration = number | `${number}${DurationUnit}`;

/** Milliseconds, seconds, minutes, hours, days of 24 hours. */
export type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd';

/** The longest duration, in milliseconds: a hundred years, so that now + duration stays an exact number. */
export const DURATION_MS_MAX = 36_500 * 86_400_000;

const unitMs: Readonly<Record<DurationUnit, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The duration in milliseconds, 0 to `DURATION_MS_MAX`, or undefined where it is malformed.
 * Without sign, exponent or blanks; a fraction is allowed (`'0.5s'`).
 */
export function durationMs(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? textMs(value) : value;
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= DURATION_MS_MAX)) return undefined;
  return ms;
}

/** As `durationMs`, for an option of a call; throws OPTION_INVALID that names the option. */
export function parseDuration(value: unknown, option: string): number {
  const ms = durationMs(value);
  if (ms !== undefined) return ms;
  const got = typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : typeof value;
  throw new WeftError(
    'OPTION_INVALID',
    `${option}: ${got} is not a duration; write '50ms', '5s', '2m', '1h', '1d' or a number of milliseconds, at most 36500d.`,
  );
}

function textMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * unitMs[match[2] as DurationUnit];
}
