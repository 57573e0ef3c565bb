/** Test help: a type, what becomes of it, and rows of both. */
import { defineType, t } from '@weft/data';

export const Thing = defineType(
  'Thing',
  {
    id: t.int32(),
    group: t.string().index('hash'),
    amount: t.int32().index('ordered'),
    rate: t.float32(),
    note: t.string().optional(),
    doc: t.json<unknown>().optional(),
    state: t.enum(['new', 'old']),
    version: t.version(),
  },
  { key: 'id' },
);

/** Each sort of step: added, dropped, renamed, widened, optional, more members, a ttl; indexes kept, built and dropped. */
export const Later = defineType(
  'Thing',
  {
    id: t.int32(),
    state: t.enum(['new', 'old', 'gone']),
    group: t.string().optional().index('hash'),
    total: t.int64().from('amount').index('ordered'),
    rate: t.float64().optional(),
    memo: t.string().from('note').optional().index('hash'),
    level: t.int32().default(7).index('ordered'),
    extra: t.string().optional(),
    tags: t.array(t.string()).default(['a', 'b']),
    version: t.version(),
  },
  { key: 'id', ttl: '1d', indexes: [{ on: ['group', 'id'], kind: 'unique' }] },
);

export interface ThingRow {
  readonly id: number;
  readonly group: string;
  readonly amount: number;
  readonly rate: number;
  readonly note?: string;
  readonly doc?: unknown;
  readonly state: string;
  readonly version?: number;
}

/** A row that follows from its id and how often it was changed. */
export function thing(id: number, shift = 0): ThingRow {
  return {
    id,
    group: `g${id % 5}`,
    amount: ((id * 7919) % 1000) + shift,
    rate: id / 4,
    ...(id % 3 === 0 ? {} : { note: `note ${(id + shift) % 50}` }),
    ...(id % 4 === 0 ? {} : { doc: { id, shift } }),
    state: id % 2 === 0 ? 'new' : 'old',
  };
}

/** The row as its first declaration shows it. */
export function shownThing(row: ThingRow): object {
  return { note: undefined, doc: undefined, ...row };
}

/** The row as the next declaration shows it. */
export function asLater({ id, state, group, amount, rate, note }: ThingRow, version: number | undefined): object {
  const tags = ['a', 'b'];
  return { id, state, group, total: BigInt(amount), rate, memo: note, level: 7, extra: undefined, tags, version };
}
