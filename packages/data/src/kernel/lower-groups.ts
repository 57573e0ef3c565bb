import type { ColumnSchema } from '../type/schema.ts';
import { DIRECT_GROUPS_MAX, type GroupShape, type PackedKey } from './group-shape.ts';
import { cellTraits } from './cell.ts';
import type { KernelInput } from './inputs.ts';
import type { LoweringScope } from './lower-predicate.ts';

export interface LoweredGroups {
  /** `undefined` without `by`. */
  readonly shape: GroupShape | undefined;
  /** Records of an array; 0 where they come one by one. */
  readonly records: number;
  readonly sizes: readonly number[];
}

/** How groups are found; `undefined` where kernels cannot group by these columns. */
export function lowerGroups(scope: LoweringScope, by: readonly ColumnSchema[]): LoweredGroups | undefined {
  if (by.length === 0) return { shape: undefined, records: 1, sizes: [] };
  const inputs: number[] = [];
  for (const column of by) {
    const input = scope.inputs.indexOf(column);
    if (input === undefined || cellTraits[scope.inputs.list[input].cell].wide === 'f64') return undefined;
    inputs.push(input);
  }
  return lowerDirect(scope, inputs) ?? lowerHash(scope, inputs);
}

function lowerDirect(scope: LoweringScope, inputs: readonly number[]): LoweredGroups | undefined {
  const sizes = inputs.map((input) => codesOf(scope.inputs.list[input]));
  const records = sizes.reduce((product, size) => product * size, 1);
  if (records > DIRECT_GROUPS_MAX) return undefined;
  const keys = inputs.map((input, at) => ({ input, size: scope.constants.scalar('i32', sizes[at]) }));
  return { shape: { mode: 'direct', keys }, records, sizes };
}

/** How many codes a column has, that of the absent value included; infinite where they are not known beforehand. */
function codesOf({ column, dictionary }: KernelInput): number {
  const absent = column.optional ? 1 : 0;
  if (dictionary !== undefined) return Math.max(dictionary.length, 1) + absent;
  if (column.kind.name === 'bool') return 2 + absent;
  return column.kind.name === 'enum' ? column.kind.members.length + absent : Infinity;
}

function lowerHash(scope: LoweringScope, inputs: readonly number[]): LoweredGroups | undefined {
  const keys = inputs.map((input): PackedKey => {
    const { shift } = cellTraits[scope.inputs.list[input].cell];
    return { input, bits: (8 << shift) as PackedKey['bits'] };
  });
  const bits = keys.reduce((sum, key) => sum + key.bits + (scope.inputs.list[key.input].column.optional ? 1 : 0), 0);
  // A 64-bit column alone fits in any case: its absent value has a record of its own.
  if (bits > 64 && keys.length > 1) return undefined;
  return { shape: { mode: 'hash', keys }, records: 0, sizes: [] };
}
