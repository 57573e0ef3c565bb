import { createGrid, defineType, sum, t, type ErrorCode } from 'weft';

/** Stands in columns that are not the key: no message may ever show it. */
export const SECRET = 'hunter2-hunter2';

const columns = {
  id: t.string(),
  region: t.string(),
  owner: t.string(),
  grams: t.int32(),
  cents: t.int64().default(0n),
  note: t.string().optional(),
  second: t.string().optional(),
  third: t.string().optional(),
  doc: t.json<{ a: number }>().optional(),
  version: t.version(),
};

export const Parcel = defineType('Parcel', columns, { key: 'id' });

/** Parcel as later versions of the program might declare it. */
const NarrowParcel = defineType('Parcel', { ...columns, cents: t.int32() }, { key: 'id' });
const WideParcel = defineType('Parcel', { ...columns, grams: t.int64() }, { key: 'id' });

/** Key and routing apart: the key alone does not find a row. */
const Leg = defineType(
  'Leg',
  { id: t.string(), region: t.string(), owner: t.string(), label: t.string() },
  { key: 'id', routing: 'region', indexes: [{ on: ['region', 'label'], kind: 'unique' }] },
);

export type ParcelGrid = Awaited<ReturnType<typeof openGrid>>;

/** One mistake and the code that it must be answered with. */
export interface Provocation {
  readonly code: ErrorCode;
  readonly mistake: string;
  /** What the message must name: type, column, key. */
  readonly names: readonly string[];
  readonly make: (grid: ParcelGrid) => unknown;
}

export function openGrid() {
  return createGrid({ types: [Parcel, Leg], partitions: 3 });
}

const MAX = 2n ** 63n - 1n;
const parcel = (id: string) => ({ id, region: 'eu', owner: SECRET, grams: 5 });
const MiB = 1 << 20;

/** Mistakes that the compiler refuses as well are marked `as never`. */
export const provocations: readonly Provocation[] = [
  {
    code: 'TYPE_INVALID',
    mistake: 'a key that is no column',
    names: ['Lost', 'gone'],
    make: () => defineType('Lost', { id: t.string() }, { key: 'gone' as never }),
  },
  {
    code: 'TYPE_CONFLICT',
    mistake: 'two declarations of one name',
    names: ['Parcel'],
    make: () => createGrid({ types: [Parcel, defineType('Parcel', { id: t.id() })] }),
  },
  {
    code: 'EVOLUTION_REFUSED',
    mistake: 'a narrower column',
    names: ['Parcel', 'cents: int64 default 0n → int32', 'another name'],
    make: (grid) => grid.evolve(NarrowParcel),
  },
  {
    code: 'DECLARATION_OUTDATED',
    mistake: 'a value that only a newer declaration has room for',
    names: ['Parcel', 'grams', 'int32', 'int64'],
    make: async (grid) => {
      await grid.evolve(WideParcel);
      await grid.space(WideParcel).write({ ...parcel('p1'), grams: 2n ** 40n });
      return grid.space(Parcel).get('p1');
    },
  },
  {
    code: 'COLUMN_UNKNOWN',
    mistake: 'a misspelt column in a template',
    names: ['Parcel', 'gramms', 'grams'],
    make: (grid) => grid.space(Parcel).find({ gramms: 5 } as never),
  },
  {
    code: 'COLUMN_UNKNOWN',
    mistake: 'a misspelt column in a row',
    names: ['Parcel', 'gramms'],
    make: (grid) => grid.space(Parcel).write({ ...parcel('p1'), gramms: 5 } as never),
  },
  {
    code: 'VALUE_MISSING',
    mistake: 'a row without a required column',
    names: ['Parcel', 'grams'],
    make: (grid) => grid.space(Parcel).write({ id: 'p1', region: 'eu', owner: SECRET } as never),
  },
  {
    code: 'VALUE_INVALID',
    mistake: 'a string in a number column',
    names: ['Parcel', 'grams'],
    make: (grid) => grid.space(Parcel).write({ ...parcel('p1'), grams: SECRET } as never),
  },
  {
    code: 'VALUE_OUT_OF_RANGE',
    mistake: 'a number beyond int32',
    names: ['Parcel', 'grams'],
    make: (grid) => grid.space(Parcel).write({ ...parcel('p1'), grams: 2 ** 31 }),
  },
  {
    code: 'VALUE_TOO_LARGE',
    mistake: 'a string beyond VALUE_BYTES_MAX',
    names: ['Parcel', 'note', 'VALUE_BYTES_MAX'],
    make: (grid) => grid.space(Parcel).write({ ...parcel('p1'), note: 'x'.repeat(9 * MiB) }),
  },
  {
    code: 'KEY_TOO_LARGE',
    mistake: 'a key beyond KEY_BYTES_MAX',
    names: ['Parcel', 'KEY_BYTES_MAX'],
    make: (grid) => grid.space(Parcel).write(parcel('k'.repeat(2000))),
  },
  {
    code: 'ROW_TOO_LARGE',
    mistake: 'three long strings in one row',
    names: ['Parcel', 'ROW_BYTES_MAX'],
    make: (grid) => {
      const long = 'x'.repeat(7 * MiB);
      return grid.space(Parcel).write({ ...parcel('p1'), note: long, second: long, third: long });
    },
  },
  {
    code: 'KEY_EXISTS',
    mistake: 'the same key again',
    names: ['Parcel', 'p1'],
    make: async (grid) => {
      await grid.space(Parcel).write(parcel('p1'));
      return grid.space(Parcel).write(parcel('p1'), { onConflict: 'fail' });
    },
  },
  {
    code: 'BATCH_TOO_LARGE',
    mistake: 'more rows than a batch can hold back',
    names: ['Parcel', 'WRITE_ALL_ROWS_MAX'],
    make: (grid) => {
      const rows = Array.from({ length: 100_001 }, (_, n) => parcel(`p${n}`));
      return grid.space(Parcel).writeMany(rows, { onError: 'all' });
    },
  },
  {
    code: 'ROWS_REJECTED',
    mistake: 'a stream of which nothing fits the type',
    names: ['Parcel', 'grams', 'REJECTED_ROWS_MAX'],
    make: (grid) => {
      const rows = Array.from({ length: 2000 }, (_, n) => ({ ...parcel(`p${n}`), grams: SECRET }) as never);
      return grid.space(Parcel).writeMany(rows, { onError: 'each' });
    },
  },
  {
    code: 'KEY_INVALID',
    mistake: 'a key without the routing value',
    names: ['Leg', 'region'],
    make: (grid) => grid.space(Leg).get({ id: 'l1' } as never),
  },
  {
    code: 'UNIQUE_VIOLATION',
    mistake: 'the same label twice in a region',
    names: ['Leg', 'label'],
    make: async (grid) => {
      const leg = { region: 'eu', owner: SECRET, label: SECRET };
      await grid.space(Leg).write({ ...leg, id: 'l1' });
      return grid.space(Leg).write({ ...leg, id: 'l2' });
    },
  },
  {
    code: 'ROUTING_IMMUTABLE',
    mistake: 'a patch of the key',
    names: ['Parcel', 'id'],
    make: async (grid) => {
      await grid.space(Parcel).write(parcel('p1'));
      return grid.space(Parcel).update('p1', { id: 'p2' } as never);
    },
  },
  {
    code: 'NOT_FOUND',
    mistake: 'a row that must be there and is not',
    names: ['Parcel', 'p0'],
    make: (grid) => grid.space(Parcel).getOrThrow('p0'),
  },
  {
    code: 'VERSION_CONFLICT',
    mistake: 'an update of a version that is gone',
    names: ['Parcel', 'p1'],
    make: async (grid) => {
      const { version } = await grid.space(Parcel).write(parcel('p1'));
      await grid.space(Parcel).update('p1', { grams: 6 }, { ifVersion: version });
      return grid.space(Parcel).update('p1', { grams: 7 }, { ifVersion: version });
    },
  },
  {
    code: 'NUMERIC_OVERFLOW',
    mistake: 'a sum beyond int64',
    names: ['cents'],
    make: async (grid) => {
      await grid.space(Parcel).writeMany(['p1', 'p2'].map((id) => ({ ...parcel(id), cents: MAX })));
      return grid.space(Parcel).aggregate({ by: [], select: { total: sum('cents') } });
    },
  },
  {
    code: 'NUMERIC_OVERFLOW',
    mistake: 'an increment beyond int32',
    names: ['Parcel', 'grams'],
    make: async (grid) => {
      await grid.space(Parcel).write({ ...parcel('p1'), grams: 2 ** 31 - 1 });
      return grid.space(Parcel).change({ id: 'p1' }, (change) => change.inc('grams', 1));
    },
  },
  {
    code: 'PREDICATE_INVALID',
    mistake: 'an order by a json column',
    names: ['Parcel', 'doc'],
    make: (grid) => grid.space(Parcel).find({}, { orderBy: { doc: 'asc' } as never }),
  },
  {
    code: 'OPTION_INVALID',
    mistake: 'a negative limit',
    names: ['limit'],
    make: (grid) => grid.space(Parcel).find({}, { limit: -1 }),
  },
  {
    code: 'OPTION_INVALID',
    mistake: 'no partition at all',
    names: ['partitions'],
    make: () => createGrid({ types: [Parcel], partitions: 0 }),
  },
  {
    code: 'ABORTED',
    mistake: 'a signal that has fired',
    names: ['Parcel'],
    make: (grid) => grid.space(Parcel).find({}, { signal: AbortSignal.abort() }),
  },
  {
    code: 'CLOSED',
    mistake: 'a call after the end',
    names: ['closed'],
    make: async (grid) => {
      const parcels = grid.space(Parcel);
      await grid.close();
      return parcels.get('p1');
    },
  },
];
