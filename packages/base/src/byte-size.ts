import { WeftError } from './errors/weft-error.ts';

/** An amount of memory: `'512MB'`, `'1.5GiB'`, or a number of bytes. */
export type ByteSize = number | `${number}${ByteUnit}`;

/** Bytes; powers of ten; powers of two. */
export type ByteUnit = 'B' | 'kB' | 'KB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB';

const unitBytes: Readonly<Record<ByteUnit, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/**
 * The size in whole bytes (a fraction of a byte is dropped), 0 to 2^53 − 1, or undefined where it is malformed.
 * Without sign, exponent or blanks; a fraction is allowed (`'1.5GB'`).
 */
export function byteSize(value: unknown): number | undefined {
  const bytes = typeof value === 'string' ? textBytes(value) : value;
  if (typeof bytes !== 'number' || !(bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER)) return undefined;
  return Math.floor(bytes);
}

/** As `byteSize`, for an option of a call, `bytesMin` at least; throws OPTION_INVALID that names the option. */
export function parseByteSize(value: unknown, option: string, bytesMin = 0): number {
  const bytes = byteSize(value);
  if (bytes !== undefined && bytes >= bytesMin) return bytes;
  const got =
    typeof value === 'string' || typeof value === 'number'
      ? JSON.stringify(value)
      : value === null
        ? 'null'
        : typeof value;
  const problem =
    bytes === undefined
      ? `is no amount of memory; write '512MB', '1.5GiB' or a number of bytes`
      : `is too little; ${leastText(value, bytesMin)} is the least`;
  throw new WeftError('OPTION_INVALID', `${option}: ${got} ${problem}.`);
}

/** The least amount in the unit of the value that is below it: a MiB is 4.9 % more than a MB. */
function leastText(value: unknown, bytesMin: number): string {
  const inMebibytes = `${bytesMin / 2 ** 20} MiB`;
  if (typeof value === 'number') return `${bytesMin} (${inMebibytes})`;
  return String(value).endsWith('iB') ? inMebibytes : `${Math.ceil(bytesMin / 1e5) / 10} MB (${inMebibytes})`;
}

function textBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kKMGT]?B|[KMGT]iB)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * unitBytes[match[2] as ByteUnit];
}
