import { unreachable } from '@weft/base';
import type { Heap } from '../memory/heap.ts';
import type { TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema } from '../type/schema.ts';
import type { Column } from './column.ts';
import { ArrayColumn, BytesColumn, JsonColumn } from './heap-columns.ts';
import { DecimalColumn, Int64Column, LocalTimestampColumn, TimestampColumn } from './int64-columns.ts';
import type { LiveRows } from './live-rows.ts';
import { LsnColumn } from './lsn-column.ts';
import { Float32Column, Float64Column, Int16Column, Int32Column } from './number-columns.ts';
import { BoolColumn, DateColumn, EnumColumn, UuidColumn } from './small-columns.ts';
import { StringColumn } from './string-column.ts';

/** What the columns of one table share. */
export interface ColumnParts {
  readonly memory: TableMemory;
  readonly heap: Heap;
  readonly live: LiveRows;
  /** Whether the column's text is known to differ from row to row, so that a dictionary would not pay. */
  readonly isDistinct: boolean;
}

export function createColumn(schema: ColumnSchema, { memory, heap, live, isDistinct }: ColumnParts): Column {
  const { kind } = schema;
  if (schema.role === 'lsn') return new LsnColumn(schema, memory);
  switch (kind.name) {
    case 'bool':
      return new BoolColumn(schema, memory);
    case 'int16':
      return new Int16Column(schema, memory);
    case 'int32':
      return new Int32Column(schema, memory);
    case 'int64':
      return new Int64Column(schema, memory);
    case 'float32':
      return new Float32Column(schema, memory);
    case 'float64':
      return new Float64Column(schema, memory);
    case 'decimal':
      return new DecimalColumn(schema, memory);
    case 'date':
      return new DateColumn(schema, memory);
    case 'timestamp':
      return kind.as === 'micros' ? new Int64Column(schema, memory) : new TimestampColumn(schema, memory);
    case 'localTimestamp':
      return new LocalTimestampColumn(schema, memory);
    case 'string':
      return new StringColumn(schema, memory, { heap, live, startsWithCodes: !isDistinct });
    case 'enum':
      return new EnumColumn(schema, memory);
    case 'bytes':
      return new BytesColumn(schema, memory, heap);
    case 'uuid':
      return new UuidColumn(schema, memory);
    case 'json':
      return new JsonColumn(schema, memory, heap);
    case 'array':
      return new ArrayColumn(schema, memory, heap);
    default:
      return unreachable(kind);
  }
}
