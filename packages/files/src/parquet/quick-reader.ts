import type { Kind } from '@weft/data';
import type { StoredForm } from './stored-form.ts';

/** The number that a gather keeps for a cell, or NaN where the cell must go the long way. */
export type QuickReader = (cell: unknown) => number;

/** 0001-01-01 and the end of 9999 in milliseconds since 1970. */
const MILLIS_MIN = -62_135_596_800_000;
const MILLIS_MAX = 253_402_300_799_999;

/** For the pairs of form and kind that large files are made of: integers and instants, without a value made for each. */
export function quickReader(form: StoredForm, kind: Kind): QuickReader | undefined {
  if (form.name === 'integer' && form.isSigned && (kind.name === 'int32' || kind.name === 'int16'))
    return integerReader(kind.name === 'int32' ? 0x7fff_ffff : 0x7fff);
  if (form.name === 'timestamp' && form.isInt96 !== true && form.perSecond !== 1_000_000_000)
    return kind.name === 'timestamp' && kind.as === 'date' ? millisReader(form.perSecond / 1000) : undefined;
  if (form.name !== 'float' || form.bits === 16) return undefined;
  return kind.name === 'float64' || (kind.name === 'float32' && form.bits === 32) ? finite : undefined;
}

/** Whether every cell is the value that a gather keeps: 64-bit integers, of which none is out of range. */
export function isSame(form: StoredForm, kind: Kind): boolean {
  return form.name === 'integer' && form.isSigned && form.bits === 64 && kind.name === 'int64';
}

function integerReader(max: number): QuickReader {
  return (cell) => {
    const value = Number(cell);
    return value <= max && value >= -max - 1 ? value : NaN;
  };
}

/** `perMilli`: 1 or 1,000 units. Doubles hold microseconds exactly until the year 2255; later ones go the long way. */
function millisReader(perMilli: number): QuickReader {
  return (cell) => {
    const units = Number(cell);
    const millis = units / perMilli;
    return Number.isSafeInteger(units) && Number.isInteger(millis) && millis >= MILLIS_MIN && millis <= MILLIS_MAX
      ? millis
      : NaN;
  };
}

/** Adding 0 turns −0 into 0. */
function finite(cell: unknown): number {
  return Number.isFinite(cell) ? (cell as number) + 0 : NaN;
}
