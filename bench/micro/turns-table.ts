import { Decimal, defineType, t, type InferInsert } from 'weft';

/** A table with what costs time: text of both forms, every sort of index, a version. */
export const OrderLine = defineType(
  'OrderLine',
  {
    id: t.int32(),
    symbol: t.string(),
    /** Different in every row. */
    code: t.string(),
    region: t.int32().index('hash'),
    at: t.timestamp().index('ordered'),
    qty: t.int32(),
    price: t.decimal(18, 4),
    note: t.string().optional(),
    version: t.version(),
  },
  { key: 'id' },
);

const SYMBOLS = Array.from({ length: 500 }, (_, at) => `SYM${at}`);

export function orderLine(id: number): InferInsert<typeof OrderLine> {
  const mix = Math.imul(id ^ (id >>> 15), 0x85ebca6b) >>> 3;
  return {
    id,
    symbol: SYMBOLS[mix % SYMBOLS.length]!,
    code: `code-${mix}-${id}`,
    region: mix % 20,
    at: new Date(id * 1000),
    qty: mix % 1000,
    price: new Decimal(BigInt(mix % 10_000_000), 4),
    note: mix % 3 === 0 ? undefined : `note ${mix % 9000}`,
  };
}
