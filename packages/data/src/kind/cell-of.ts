import { unreachable } from '@weft/base';
import type { CellType } from '../memory/layout.ts';
import type { Kind } from '../type/schema.ts';

/** Members of an enum that a u8 cell can tell apart. */
export const ENUM_U8_MAX = 256;

/** The cell of a kind, as the table in `memory/layout.ts` has it. Strings answer 'ref'; pages of codes are 'u16'. */
export function cellOf(kind: Kind): CellType {
  switch (kind.name) {
    case 'bool':
      return 'u8';
    case 'int16':
      return 'i16';
    case 'int32':
    case 'date':
      return 'i32';
    case 'int64':
    case 'decimal':
    case 'timestamp':
    case 'localTimestamp':
      return 'i64';
    case 'float32':
      return 'f32';
    case 'float64':
      return 'f64';
    case 'enum':
      return kind.members.length <= ENUM_U8_MAX ? 'u8' : 'u16';
    case 'uuid':
      return 'b16';
    case 'string':
    case 'bytes':
    case 'json':
    case 'array':
      return 'ref';
    default:
      return unreachable(kind, 'a kind without a cell');
  }
}
