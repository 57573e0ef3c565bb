import { Arena, defineType, Governor, planEvolution, ROWS_PER_PAGE, t, type AnyType } from '@weft/data';
import { expect, test } from 'vitest';
import { drained, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';

const Row = defineType('Row', { id: t.int32(), text: t.string() }, { key: 'id' });
const Renamed = defineType('Row', { id: t.int32(), note: t.string().from('text') }, { key: 'id' });

function evolve(made: TestTable, from: AnyType, to: AnyType, between: () => void = () => undefined): void {
  drained(made.port.evolve(planEvolution(from.schema, to.schema), pausing()), between).commit();
}

/** Eight pages of rows of which one in eight is left, and one page half way to being emptied. */
function emptying(): { made: TestTable; ids: number[] } {
  const made = testTable(Row);
  const rows = 8 * ROWS_PER_PAGE;
  for (let id = 0; id < rows; id++) made.write({ id, text: `text ${id % 100}` });
  const release = made.table.rowCompaction.hold();
  for (let id = 0; id < rows; id++) if (id % 8 !== 1) made.port.delete(id);
  release();
  for (let i = 0; i < 300; i++) made.write({ id: 1, text: 'text 1' });
  expect(made.table.live.drained).toBeGreaterThan(0);
  return { made, ids: Array.from({ length: rows / 8 }, (_, at) => at * 8 + 1) };
}

test('a page that was being emptied when the declaration changed is emptied by the next one, and no other in its stead', () => {
  const { made, ids } = emptying();
  const { live } = made.table;
  const { drained: page, capacity } = live;
  const others = Array.from({ length: live.pageCount }, (_, at) => at).filter((at) => at !== page);
  const counts = others.map((at) => live.countIn(at));
  evolve(made, Row, Renamed);
  const values = (id: number): unknown[] => {
    const staged: unknown[] = [];
    made.port.table.rowCode.stage({ id, note: `text ${id % 100}` }, staged);
    return staged;
  };
  const left = live.countIn(page);
  for (let i = 0; i < left / 4; i++) made.port.write(values(1), 0, 'replace');
  expect(live.countIn(page)).toBeLessThan(left);
  for (const [at, other] of others.entries()) expect(live.countIn(other)).toBeGreaterThanOrEqual(counts[at]!);
  for (let i = 0; i < ids.length; i++) made.port.write(values(1), 0, 'replace');
  expect(live.capacity).toBeLessThanOrEqual(capacity / 2);
  for (const id of ids) expect(made.port.get(id)).toEqual({ id, note: `text ${id % 100}` });
  expectIndexesInStep(made.port.table);
});

const Cache = defineType('Cache', { id: t.int32(), text: t.string() }, { key: 'id', evict: 'lru' });
const Wider = defineType(
  'Cache',
  {
    id: t.int32(),
    text: t.string(),
    hits: t.int64().default(0n),
    b: t.int64().default(0n),
    c: t.int64().default(0n),
    d: t.int64().default(0n),
    e: t.int64().default(0n),
    f: t.int64().default(0n),
  },
  { key: 'id', evict: 'lru' },
);

test('a cache that is full goes over to a declaration with one more column', () => {
  const governor = new Governor({ limitBytes: 32 << 20 });
  const made = testTable(Cache, {
    arena: new Arena({ segmentBytes: 1 << 26, segmentsMax: 1, governor, poison: true }),
  });
  for (let id = 0; id < 15_000; id++) made.write({ id, text: `${id} `.padEnd(500 + ((id * 7919) % 4000), 'x') });
  expect(made.table.evictions.counts.memory).toBeGreaterThan(0);
  evolve(made, Cache, Wider);
  expect(made.port.get(14_999)).toMatchObject({ id: 14_999, hits: 0n });
  expectIndexesInStep(made.port.table);
});

const Small = defineType(
  'Small',
  { id: t.int32(), text: t.string() },
  { key: 'id', evict: { policy: 'lru', maxRows: 1000 } },
);
const SmallLater = defineType(
  'Small',
  { id: t.int32(), text: t.string(), more: t.string().optional() },
  { key: 'id', evict: { policy: 'lru', maxRows: 1000 } },
);

test('rows of a cache come and go while its declaration changes, and those that were used are known afterwards', () => {
  const made = testTable(Small);
  for (let id = 0; id < 1000; id++) made.write({ id, text: `text ${id}` });
  for (let id = 0; id < 100; id++) made.port.get(id);
  let next = 1000;
  evolve(made, Small, SmallLater, () => {
    made.write({ id: next, text: `text ${next}` });
    next++;
  });
  const staged: unknown[] = [];
  for (let i = 0; i < 500; i++, next++) {
    made.port.table.rowCode.stage({ id: next, text: 'later' }, staged);
    made.port.write(staged, 0, 'replace');
  }
  expect(made.port.rows).toBe(1000);
  for (let id = 0; id < 100; id++) expect(made.port.get(id)).toMatchObject({ id });
  expectIndexesInStep(made.port.table);
});
