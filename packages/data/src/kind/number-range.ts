import type { Kind } from '../type/schema.ts';

/** The least and the greatest number, both included, that a column can hold. */
export type NumberRange =
  | { readonly min: number; readonly max: number }
  | { readonly min: bigint; readonly max: bigint };

export const INT16 = { min: -0x8000, max: 0x7fff } as const;
export const INT32 = { min: -0x8000_0000, max: 0x7fff_ffff } as const;
export const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n } as const;
/** All finite ones: IEEE 754 binary32. */
const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;
const FLOAT32 = { min: -FLOAT32_MAX, max: FLOAT32_MAX } as const;

/** The range of an integer or a float32; `undefined` for kinds that are no numbers, or hold every finite one of their JavaScript type. */
export function numberRange({ name }: Kind): NumberRange | undefined {
  switch (name) {
    case 'int16':
      return INT16;
    case 'int32':
      return INT32;
    case 'int64':
      return INT64;
    case 'float32':
      return FLOAT32;
    default:
      return undefined;
  }
}

/** Where a number lies that a column of this kind cannot hold only because of its size; `undefined` for all other values. */
export function sideOfRange(kind: Kind, value: unknown): 'below' | 'above' | undefined {
  const range = numberRange(kind);
  if (range === undefined || typeof value !== typeof range.max) return undefined;
  if (typeof value === 'number' && !isWhole(kind, value)) return undefined;
  const stored = kind.name === 'float32' ? Math.fround(value as number) : (value as number | bigint);
  if (stored > range.max) return 'above';
  return stored < range.min ? 'below' : undefined;
}

/** Infinities and fractions of integers are refused whatever their size. */
function isWhole({ name }: Kind, value: number): boolean {
  return name === 'float32' ? Number.isFinite(value) : Number.isInteger(value);
}
