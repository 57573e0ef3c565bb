import { byteSize, durationMs as millisecondsOf } from '@weft/base';
import { UsageError } from './usage-error.ts';

/** Bounds of a whole number on the command line, both included. */
export interface WholeBounds {
  readonly min: number;
  readonly max: number;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6 };

/** The longest duration: a timer of Node counts milliseconds in 31 bits, and fires at once for more. */
const DURATION_DAYS_MAX = 24;

/** Reads `5000`, `5_000`, `5k` or `3m` (thousands, millions) as a whole number within the bounds. */
export function wholeNumber(flag: string, text: string, bounds: WholeBounds): number {
  const range = `choose ${bounds.min.toLocaleString('en-US')} to ${bounds.max.toLocaleString('en-US')}`;
  const match = /^(-?\d[\d_]*(?:\.\d+)?)([km]?)$/i.exec(text);
  const value = match ? Number(match[1]?.replaceAll('_', '')) * (UNITS[match[2]?.toLowerCase() ?? ''] ?? NaN) : NaN;
  if (!Number.isInteger(value)) throw new UsageError(`--${flag} ${text} is not a whole number`, range);
  if (value < bounds.min || value > bounds.max) throw new UsageError(`--${flag} ${text} is out of range`, range);
  return value;
}

/** Reads `500ms`, `20s`, `2m`, `1h` or `1d` as milliseconds, 1 to 24 days. */
export function durationMs(flag: string, text: string): number {
  const value = millisecondsOf(text);
  if (value === undefined)
    throw new UsageError(
      `--${flag} ${text} is not a duration`,
      `write a number and a unit, for example --${flag} 20s or --${flag} 2m`,
    );
  if (value < 1 || value > DURATION_DAYS_MAX * 86_400_000)
    throw new UsageError(`--${flag} ${text} is out of range`, `choose 1ms to ${DURATION_DAYS_MAX}d`);
  return value;
}

/** Reads `512MB` or `1.5GiB` as bytes. */
export function memoryBytes(flag: string, text: string): number {
  const value = byteSize(text);
  if (value === undefined)
    throw new UsageError(
      `--${flag} ${text} is no amount of memory`,
      `write a number and a unit, for example --${flag} 512MB or --${flag} 1.5GiB`,
    );
  return value;
}

/** One of a few words. */
export function oneOf<const W extends string>(flag: string, text: string, words: readonly W[]): W {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw new UsageError(
      `--${flag} ${text} is not known`,
      `choose ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    );
  return found;
}
