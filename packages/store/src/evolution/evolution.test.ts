import { defineType, finish, planEvolution, t } from '@weft/data';
import { expect, test } from 'vitest';
import { drained, gathered, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';

const V1 = defineType(
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

const V2 = defineType(
  'Thing',
  {
    id: t.int32(),
    state: t.enum(['new', 'old', 'gone']),
    group: t.string(),
    total: t.int64().from('amount').index('ordered'),
    rate: t.float64().optional(),
    memo: t.string().from('note').optional().index('hash'),
    level: t.int32().default(7).index('ordered'),
    extra: t.string().optional(),
    tags: t.array(t.string()).default(['a', 'b']),
    version: t.version(),
  },
  { key: 'id', ttl: '1d' },
);

const plan = planEvolution(V1.schema, V2.schema);

function thing(id: number, shift = 0): object {
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

function asV2(id: number, shift: number, version: number): object {
  const row = thing(id, shift) as { amount: number; note?: string; rate: number; group: string; state: string };
  return {
    id,
    state: row.state,
    group: row.group,
    total: BigInt(row.amount),
    rate: row.rate,
    memo: row.note,
    level: 7,
    extra: undefined,
    tags: ['a', 'b'],
    version,
  };
}

function filled(rows: number): TestTable {
  const made = testTable(V1);
  for (let id = 0; id < rows; id++) made.write(thing(id));
  return made;
}

test('after an evolution every row is as the next declaration has it, and its indexes hold all of them', () => {
  const made = filled(10_000);
  const prepared = drained(made.port.evolve(plan, pausing()));
  expect([prepared.failure, prepared.isReady]).toEqual([undefined, true]);
  expect(made.port.get(3)).toEqual({ ...thing(3), note: undefined, version: 1 });
  prepared.commit();
  for (const id of [0, 1, 8191, 8192, 9999]) expect(made.port.get(id)).toEqual(asV2(id, 0, 1));
  expectIndexesInStep(made.port.table);
  expect(made.port.table.columns.map(({ schema }) => schema)).toEqual(V2.schema.columns);
  finish(made.port.deleteMany(undefined));
  expect(made.port.rows).toBe(0);
  made.port.clear();
});

test('writes between the slices are in the next declaration, wherever the walk stands', () => {
  const made = filled(9000);
  const shifts = new Map<number, [number, number]>();
  for (let id = 0; id < 9000; id++) shifts.set(id, [0, 1]);
  const prepared = drained(made.port.evolve(plan, pausing()), (pause) => {
    const id = (pause * 37) % 9500;
    made.write(thing(id, pause));
    shifts.set(id, [pause, (shifts.get(id)?.[1] ?? 0) + 1]);
    const gone = (pause * 53) % 9000;
    made.port.delete(gone);
    shifts.delete(gone);
  });
  prepared.commit();
  expectIndexesInStep(made.port.table);
  const rows = gathered(made.port.find(made.plan(undefined, {})));
  expect(rows.length).toBe(shifts.size);
  for (const row of rows as { id: number }[]) {
    const [shift, version] = shifts.get(row.id)!;
    expect(row).toEqual(asV2(row.id, shift, version));
  }
  made.port.clear();
});
