import { assert, unreachable } from '@weft/base';
import type { Kind } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { dateOfDays, daysOfDate } from './date.ts';
import { enumPositions } from './enum.ts';
import { localOfMicros, microsOfLocal } from './local-timestamp.ts';
import { microsOfMillis, millisOfMicros } from './timestamp.ts';

/**
 * JavaScript values ↔ what a cell holds, as one number (cells up to 32 bits and floats) or one bigint (i64 cells).
 * For constants, zone maps and whatever is not hot. Loops use the functions of the kind itself, which work in place and
 * allocate nothing: `writeMillis`, `readLocal`, `writeUuid` … Values are checked ones, of a kind that has such a cell.
 */
export type CellNumber = number | bigint;

/** The cell of a checked value. Not for uuid, string, bytes, json and arrays, whose cells are bytes or refs. */
export function cellOfValue(kind: Kind, value: unknown): CellNumber {
  switch (kind.name) {
    case 'bool':
      return value === true ? 1 : 0;
    case 'int16':
    case 'int32':
    case 'float32':
    case 'float64':
      return value as number;
    case 'int64':
      return value as bigint;
    case 'decimal':
      return unscaledOf(value as Decimal, kind.scale);
    case 'date':
      return daysOfDate(value as string);
    case 'timestamp':
      return kind.as === 'date' ? microsOfMillis((value as Date).getTime()) : (value as bigint);
    case 'localTimestamp':
      return microsOfLocal(value as string);
    case 'enum':
      return positionOf(kind.members, value as string);
    default:
      return assert(false, `a ${kind.name} is no number in its cell`) as never;
  }
}

/** The JavaScript value of a cell: the inverse of `cellOfValue`. */
export function valueOfCell(kind: Kind, cell: CellNumber): unknown {
  switch (kind.name) {
    case 'bool':
      return cell === 1;
    case 'int16':
    case 'int32':
    case 'float32':
    case 'float64':
    case 'int64':
      return cell;
    case 'decimal':
      return new Decimal(cell as bigint, kind.scale);
    case 'date':
      return dateOfDays(cell as number);
    case 'timestamp':
      return kind.as === 'date' ? new Date(millisOfMicros(cell as bigint)) : cell;
    case 'localTimestamp':
      return localOfMicros(cell as bigint);
    case 'enum':
      return kind.members[cell as number];
    case 'uuid':
    case 'string':
    case 'bytes':
    case 'json':
    case 'array':
      return assert(false, `a ${kind.name} is no number in its cell`) as never;
    default:
      return unreachable(kind, 'a kind without a cell');
  }
}

/** The unscaled value of a checked decimal, which has the column's scale. */
export function unscaledOf(value: Decimal, scale: number): bigint {
  assert(value.scale === scale, 'a checked decimal has the scale of its column');
  return value.unscaled;
}

/** The cell of a checked enum member. */
export function positionOf(members: readonly string[], member: string): number {
  const position = enumPositions(members).get(member);
  assert(position !== undefined, 'a checked enum value is a member');
  return position;
}
