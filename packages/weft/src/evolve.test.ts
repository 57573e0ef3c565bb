import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrid, defineType, t, type Grid } from './index.ts';

const First = defineType('Item', { region: t.string(), id: t.int32(), code: t.string() }, { key: ['region', 'id'] });
const Unique = defineType(
  'Item',
  { region: t.string(), id: t.int32(), code: t.string() },
  { key: ['region', 'id'], indexes: [{ on: ['region', 'code'], kind: 'unique' }] },
);
const Wider = defineType(
  'Item',
  { region: t.string(), id: t.int32(), code: t.string(), note: t.string().optional() },
  { key: ['region', 'id'] },
);

let grid: Grid;
beforeEach(async () => {
  grid = await createGrid({ types: [First], partitions: 3, segmentBytes: 1 << 24, poison: true });
});
afterEach(() => grid.close());

async function fill(rows: number): Promise<void> {
  const items = grid.space(First);
  await items.writeMany(Array.from({ length: rows }, (_, id) => ({ region: `r${id % 20}`, id, code: `c${id}` })));
}

test('the answer says what was done, and further calls have nothing to do', async () => {
  await fill(100);
  const report = await grid.evolve(Wider);
  expect(report).toEqual({
    type: 'Item',
    changes: ['+ note: string optional'],
    rows: 100,
    durationMs: expect.any(Number) as number,
  });
  expect((await grid.evolve(Wider)).changes).toEqual([]);
  expect(await grid.space(Wider).get({ region: 'r1', id: 1 })).toMatchObject({ code: 'c1' });
});

test('a type that the grid never had is made, and the answer says so', async () => {
  const Other = defineType('Other', { id: t.int32() }, { key: 'id' });
  expect(await grid.evolve(Other)).toMatchObject({ type: 'Other', changes: ['new type'], rows: 0 });
  expect(await grid.evolve(Other)).toMatchObject({ changes: [] });
});

test('a unique index that two rows break is an error with a key, and all partitions stay as they were', async () => {
  await fill(1000);
  await grid.space(First).write({ region: 'r7', id: -1, code: 'c7' });
  await expect(grid.evolve(Unique)).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' });
  // Over a network a call says so, since its host knows the types.
  await expect((async () => grid.space(Unique).count())()).rejects.toMatchObject({ code: 'TYPE_CONFLICT' });
  expect(await grid.space(First).count()).toBe(1001);
  await grid.space(First).delete({ region: 'r7', id: -1 });
  await grid.evolve(Unique);
  await expect(grid.space(First).write({ region: 'r7', id: -1, code: 'c7' })).rejects.toMatchObject({
    code: 'UNIQUE_VIOLATION',
  });
});

test('an iteration that began before ends as it began, under the old declaration and before the changes', async () => {
  await fill(5000);
  const items = grid.space(First);
  const seen: number[] = [];
  for await (const item of items.find()) {
    seen.push(item.id);
    if (seen.length !== 10) continue;
    await grid.evolve(Wider);
    await grid.space(Wider).clear();
  }
  expect(new Set(seen).size).toBe(5000);
  expect(await items.count()).toBe(0);
});

test('rows that are written while it goes over are there afterwards, through both declarations', async () => {
  await fill(2000);
  const local = grid.local(First);
  const evolving = grid.evolve(Wider);
  let written = 2000;
  let isOver = false;
  const over = evolving.then(() => (isOver = true));
  while (!isOver) {
    local.write({ region: 'x', id: written, code: `c${written}` });
    written++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await over;
  local.write({ region: 'x', id: written, code: 'last' });
  expect([local.count(), grid.local(Wider).count()]).toEqual([written + 1, written + 1]);
});

test('rows without a key get different ones from both declarations', async () => {
  const Tick = defineType('Tick', { n: t.int32() });
  const Tock = defineType('Tick', { n: t.int64() });
  const ticks = grid.local(Tick);
  await grid.evolve(Tock);
  const tocks = grid.local(Tock);
  for (let n = 0; n < 50; n++) {
    ticks.write({ n });
    tocks.write({ n: BigInt(n) });
  }
  expect([ticks.count(), tocks.count({ n: 7n })]).toEqual([100, 2]);
});

test('a call that is over before it began, and what is no type, are refused', async () => {
  await expect(grid.evolve(Wider, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(grid.evolve({} as never)).rejects.toMatchObject({ code: 'TYPE_UNKNOWN' });
  await expect(grid.evolve(Wider, { timeOut: 5 } as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  expect(await grid.space(First).count()).toBe(0);
});
