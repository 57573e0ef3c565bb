import type { ColumnSchema } from '@weft/data';
import type { Gather } from './gather.ts';
import { FloatGather, Int64Gather, IntGather, MillisGather } from './number-gather.ts';
import { TextGather } from './text-gather.ts';
import { ValueGather } from './value-gather.ts';

/** What gathers the values of a column. `typeName` begins the messages. */
export function gatherOf(column: ColumnSchema, typeName: string): Gather {
  switch (column.kind.name) {
    case 'int16':
    case 'int32':
      return new IntGather(column, typeName);
    case 'int64':
      return new Int64Gather(column, typeName);
    case 'float32':
    case 'float64':
      return new FloatGather(column, typeName);
    case 'timestamp':
      return column.kind.as === 'date' ? new MillisGather(column, typeName) : new Int64Gather(column, typeName);
    case 'json':
    case 'array':
    case 'bytes':
      return new ValueGather(column, typeName);
    default:
      return new TextGather(column, typeName);
  }
}
