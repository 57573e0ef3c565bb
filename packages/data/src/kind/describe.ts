import type { Kind } from '../type/schema.ts';
import { unreachable } from '@weft/base';

const MEMBERS_SHOWN = 12;

/** What a column of the kind takes, for messages: 'an integer from -32768 to 32767 (int16)'. */
export function describeKind(kind: Kind): string {
  switch (kind.name) {
    case 'bool':
      return 'a boolean';
    case 'int16':
      return 'an integer from -32768 to 32767 (int16)';
    case 'int32':
      return 'an integer from -2147483648 to 2147483647 (int32)';
    case 'int64':
      return 'a bigint from -2^63 to 2^63-1 (int64)';
    case 'float32':
      return 'a finite number within ±3.4028235e38 (float32)';
    case 'float64':
      return 'a finite number (float64)';
    case 'decimal':
      return `a Decimal of at most ${kind.precision} digits, ${kind.scale} of them behind the point`;
    case 'date':
      return "a date 'YYYY-MM-DD' from 0001-01-01 to 9999-12-31";
    case 'timestamp':
      return `${kind.as === 'date' ? 'a Date' : 'a bigint of microseconds since 1970'} in the years 0001 to 9999`;
    case 'localTimestamp':
      return "a local timestamp 'YYYY-MM-DDTHH:MM:SS[.ffffff]' in the years 0001 to 9999";
    case 'string':
      return 'a string of well-formed Unicode';
    case 'enum':
      return `one of ${describeMembers(kind.members)}`;
    case 'bytes':
      return 'a Uint8Array';
    case 'uuid':
      return 'a uuid of 32 hexadecimal digits in the form 8-4-4-4-12';
    case 'json':
      return 'a json value (null, boolean, finite number, well-formed string, array or plain object)';
    case 'array':
      return `an array whose elements are each ${describeKind(kind.element)}`;
    default:
      return unreachable(kind, 'a kind without a description');
  }
}

function describeMembers(members: readonly string[]): string {
  const shown = members.slice(0, MEMBERS_SHOWN).map((member) => `'${member}'`);
  const more = members.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
