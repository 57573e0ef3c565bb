import { valueOfCell } from '../kind/cells.ts';
import type { KernelFragment } from './fragment.ts';
import { type DirectKey, hasNullRecord, type PackedKey } from './group-shape.ts';
import type { KernelInput } from './inputs.ts';
import { KEY_OFFSET } from './record.ts';

/** Makes the values of the `by` columns from a record, by its number and address. */
export type KeyReader = (number: number, at: number) => unknown[];

/** Number of the record of absent keys, where it is none of the others. */
export const NO_KEY = -1;

export function keyReader({ groups, sizes, columns }: KernelFragment, view: DataView): KeyReader {
  if (groups === undefined) return () => [];
  if (groups.mode === 'direct') return directKeys(groups.keys, columns, sizes);
  return packedKeys(groups.keys, columns, view);
}

/** The number of the record, taken apart by the sizes, last key first. */
function directKeys(keys: readonly DirectKey[], columns: readonly KernelInput[], sizes: readonly number[]): KeyReader {
  const parts = keys.map(({ input }, at) => ({ input: columns[input], codes: sizes[at] })).reverse();
  return (number) => {
    let rest = number;
    const values = parts.map(({ input, codes }) => {
      const code = rest % codes;
      rest = Math.floor(rest / codes);
      return input.column.optional && code === codes - 1 ? undefined : valueOf(input, BigInt(code));
    });
    return values.reverse();
  };
}

function packedKeys(keys: readonly PackedKey[], columns: readonly KernelInput[], view: DataView): KeyReader {
  if (hasNullRecord(keys)) {
    const input = columns[keys[0].input];
    return (number, at) => [number === NO_KEY ? undefined : valueOf(input, view.getBigInt64(at + KEY_OFFSET, true))];
  }
  const parts = keys.map(({ input, bits }) => ({ input: columns[input], bits })).reverse();
  const [only] = parts;
  if (parts.length === 1 && only.bits === 32 && !only.input.column.optional) {
    return (_, at) => [valueOfCell(only.input.column.kind, view.getInt32(at + KEY_OFFSET, true))];
  }
  return (_, at) => {
    let rest = view.getBigUint64(at + KEY_OFFSET, true);
    const values = parts.map(({ input, bits }) => {
      const absent = input.column.optional && (rest & 1n) === 1n;
      if (input.column.optional) rest >>= 1n;
      const value = absent ? undefined : valueOf(input, signed(input, bits, rest));
      rest >>= BigInt(bits);
      return value;
    });
    return values.reverse();
  };
}

function signed({ cell }: KernelInput, bits: number, packed: bigint): bigint {
  return cell === 'u8' || cell === 'u16' ? BigInt.asUintN(bits, packed) : BigInt.asIntN(bits, packed);
}

function valueOf({ column, cell, dictionary }: KernelInput, code: bigint): unknown {
  if (dictionary !== undefined) return dictionary.get(Number(code));
  return valueOfCell(column.kind, cell === 'i64' ? code : Number(code));
}
