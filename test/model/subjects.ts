import { Decimal, defineType, t, type AnyType } from '@weft/data';

/*
 * The types that the model is compared on. Together they have every kind required, optional and with a default, every sort
 * of index alone and compound, and every sort of key and routing.
 */

/** Generated id, another routing column, a version, every kind, every sort of index. */
export const Everything = defineType(
  'Everything',
  {
    id: t.id(),
    account: t.string(),
    flag: t.bool(),
    small: t.int16().index('ordered'),
    whole: t.int32().index('hash'),
    big: t.int64().optional().index('ordered'),
    real: t.float64().optional(),
    single: t.float32().optional().index('ordered'),
    price: t.decimal(18, 4).optional().index('hash'),
    day: t.date().optional().index('hash'),
    at: t.timestamp().optional().index('ordered'),
    micros: t.timestamp({ as: 'micros' }).optional(),
    clock: t.localTimestamp().optional().index('ordered'),
    name: t.string().optional().index('ordered'),
    text: t.string(),
    status: t.enum(['new', 'filled', 'cancelled']).default('new').index('hash'),
    mood: t.enum(['zeal', 'calm', 'awe']).optional().index('ordered'),
    blob: t.bytes().optional().index('hash'),
    token: t.uuid().optional().index('ordered'),
    doc: t.json().optional(),
    tags: t.array(t.string()).optional(),
    counts: t.array(t.int64()).default([]),
    retries: t.int32().default(0),
    code: t.int32().optional(),
    version: t.version(),
  },
  {
    routing: 'account',
    ttl: '1d',
    indexes: [
      { on: ['account', 'at'], kind: 'ordered' },
      { on: ['status', 'whole'], kind: 'hash' },
      { on: ['account', 'code'], kind: 'unique' },
    ],
  },
);

/** A key of two columns, the second one routing; a unique index of one column cannot be, of two can. */
const Compound = defineType(
  'Compound',
  {
    number: t.int32(),
    region: t.enum(['eu', 'us', 'asia']),
    flag: t.bool().optional(),
    label: t.string().optional().index('hash'),
    amount: t.decimal(9, 2).default(Decimal.from('0.00')),
    weight: t.float32().optional(),
    slot: t.int16().optional(),
    version: t.version(),
  },
  {
    key: ['number', 'region'],
    routing: 'region',
    indexes: [
      { on: ['region', 'slot'], kind: 'unique' },
      { on: ['label', 'slot'], kind: 'ordered' },
    ],
  },
);

/** A key without the routing column: both are needed to find a row. */
export const Placed = defineType(
  'Placed',
  {
    name: t.string(),
    zone: t.date(),
    value: t.int64(),
    rank: t.int16().optional().index('ordered'),
    note: t.json().optional(),
  },
  { key: 'name', routing: 'zone' },
);

/** No key: every write inserts. `serial` tells the rows apart for the test alone. */
export const Hidden = defineType('Hidden', {
  serial: t.int32(),
  group: t.string().optional().index('hash'),
  value: t.int32().optional().index('ordered'),
  ratio: t.float64().optional(),
  tags: t.array(t.date()).optional(),
});

/** One key column of 64 bits, unique by itself a second time. */
const Numbered = defineType(
  'Numbered',
  {
    id: t.int64().index('unique'),
    text: t.string().optional(),
    level: t.int16().optional().index('hash'),
    moment: t.timestamp().optional().index('ordered'),
    cost: t.decimal(18, 0).optional(),
    version: t.version(),
  },
  { key: 'id' },
);

/** A cache of few rows, by use. */
export const Cached = defineType(
  'Cached',
  {
    id: t.string(),
    value: t.int32().optional().index('hash'),
    text: t.string().optional().index('ordered'),
    tags: t.array(t.string()).optional(),
    version: t.version(),
  },
  { key: 'id', evict: { policy: 'lru', maxRows: 4 } },
);

/** A cache that keeps the rows with the largest values. */
const Latest = defineType(
  'Latest',
  { name: t.string(), zone: t.date(), rank: t.int16().optional().index('ordered'), note: t.json().optional() },
  { key: 'name', routing: 'zone', evict: { by: 'rank', maxRows: 5 } },
);

export const subjects: readonly AnyType[] = [Everything, Compound, Placed, Hidden, Numbered, Cached, Latest];
