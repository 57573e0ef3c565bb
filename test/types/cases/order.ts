import { defineType, t } from '@weft/data';

/** The declaration that the other files use: every mode and most kinds. */
export const Order = defineType(
  'Order',
  {
    id: t.id(),
    account: t.string(),
    symbol: t.string().index(),
    status: t.enum(['new', 'filled', 'cancelled']).index('hash'),
    qty: t.int32(),
    price: t.decimal(18, 4),
    at: t.timestamp().index('ordered'),
    note: t.string().optional(),
    retries: t.int32().default(0),
    tags: t.array(t.string()).optional(),
    doc: t.json<{ a: { b: number }; seen?: boolean; lines: { sku: string }[] }>().optional(),
    version: t.version(),
  },
  { key: 'id', routing: 'account', ttl: '1d', indexes: [{ on: ['account', 'at'], kind: 'ordered' }] },
);

/** A key of two columns, routed by the second. */
export const Position = defineType(
  'Position',
  { desk: t.string(), book: t.int32(), amount: t.int64(), weight: t.float64().optional() },
  { key: ['desk', 'book'], routing: 'book' },
);

/** A key of one column, routed by another: calls by key need both. */
export const Trade = defineType(
  'Trade',
  { number: t.int64(), region: t.enum(['eu', 'us']), amount: t.decimal(18, 2) },
  { key: 'number', routing: 'region' },
);

/** No key. */
export const Tick = defineType('Tick', { symbol: t.string(), price: t.float64(), at: t.timestamp({ as: 'micros' }) });
