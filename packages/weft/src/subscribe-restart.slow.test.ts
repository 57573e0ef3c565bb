import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Grid, Subscription, SubscriptionEvent } from '@weft/client';
import { defineType, t } from '@weft/data';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrid } from './create-grid.ts';

const Told = defineType(
  'Told',
  { id: t.int32(), n: t.int32(), text: t.string().optional() },
  { key: 'id', log: { before: true } },
);
const Quiet = defineType('Quiet', { id: t.int32(), n: t.int32() }, { key: 'id' });

let directory = '';
let grid: Grid | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weft-subscribe-'));
});
afterEach(async () => {
  await grid?.close();
  rmSync(directory, { recursive: true });
});

/** The grid, closed and opened again where it was open. */
async function start(options: Parameters<typeof createGrid>[0] = {}): Promise<Grid> {
  await grid?.close();
  grid = await createGrid({ types: [Told, Quiet], partitions: 2, dataDir: directory, durability: 'async', ...options });
  return grid;
}

async function take<E extends SubscriptionEvent<any>>(sub: AsyncIterator<E, undefined>, count: number): Promise<E[]> {
  const events: E[] = [];
  while (events.length < count) {
    const step = await sub.next();
    if (step.done === true) break;
    events.push(step.value);
  }
  return events;
}

const keys = (events: readonly SubscriptionEvent<any>[]) => events.map((event) => ('key' in event ? event.key : -1));

test('a subscriber goes on where it was after a restart, with what was changed while it was away', async () => {
  const first = (await start()).space(Told);
  const sub = first.subscribe(undefined, { buffer: 4 });
  for (let id = 0; id < 20; id++) await first.write({ id, n: 1 });
  const before = await take(sub, 7);
  const { position } = sub;
  sub.close();
  for (let id = 0; id < 20; id++) await first.update(id, { n: 2 });
  const again = (await start()).space(Told);
  for (let id = 0; id < 20; id++) await again.delete(id);
  const resumed = again.subscribe(undefined, { from: position, buffer: 4 });
  const after = await take(resumed, 53);
  const told = [...before, ...after];
  for (const type of ['insert', 'update', 'delete'] as const) {
    const ids = keys(told.filter((event) => event.type === type));
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, id) => id));
  }
  expect(after.find((event) => event.type === 'update')).toMatchObject({ before: { n: 1 }, after: { n: 2 } });
  await again.write({ id: 99, n: 1 });
  expect(keys(await take(resumed, 1))).toEqual([99]);
});

test('a subscriber goes on after a restart where all that came behind its place is of other types', async () => {
  const first = (await start({ partitions: 1 })).space(Told);
  const sub = first.subscribe();
  await first.write({ id: 1, n: 1 });
  await take(sub, 1);
  const { position } = sub;
  sub.close();
  for (let id = 0; id < 10; id++) await grid!.space(Quiet).write({ id, n: 1 });
  const again = (await start({ partitions: 1 })).space(Told);
  const resumed = again.subscribe(undefined, { from: position });
  await again.write({ id: 2, n: 1 });
  expect(keys(await take(resumed, 1))).toEqual([2]);
});

test('a consumer group goes on behind what it committed after a restart', async () => {
  const first = (await start()).space(Quiet);
  const sub = first.subscribe(undefined, { group: 'g' });
  for (let id = 0; id < 10; id++) await first.write({ id, n: 1 });
  const done = await take(sub, 4);
  await sub.commit();
  const again = (await start()).space(Quiet);
  // Nobody is there, and yet what the rows were is recorded: the group may come back.
  for (let id = 0; id < 10; id++) await again.update(id, { n: 2 });
  const member = again.subscribe(undefined, { group: 'g' });
  const rest = await take(member, 16);
  expect(keys([...done, ...rest].filter(({ type }) => type === 'insert')).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 10 }, (_, id) => id),
  );
  expect(rest.filter(({ type }) => type === 'update')).toHaveLength(10);
});

test('where nobody had subscribed, and the declaration does not ask for it, a position is refused with the way on', async () => {
  const first = (await start()).space(Quiet);
  const sub = first.subscribe();
  await first.write({ id: 1, n: 1 });
  const { position } = sub;
  const again = (await start()).space(Quiet);
  await again.write({ id: 1, n: 2 });
  const late = again.subscribe(undefined, { from: position });
  await expect(take(late, 2)).rejects.toMatchObject({
    code: 'POSITION_TRUNCATED',
    hint: expect.stringContaining('before: true'),
  });
});

test('what memory has let go comes from the journal, while it is written', async () => {
  const told = (await start({ retain: '2MiB', durability: 'sync' })).space(Told);
  const slow: Subscription<typeof Told> = told.subscribe(undefined, { buffer: 8 });
  const text = 'x'.repeat(4000);
  const rows = 1500;
  for (let id = 0; id < rows; id += 50)
    await told.writeMany(Array.from({ length: 50 }, (_, i) => ({ id: id + i, n: 1, text })));
  const writing = told.writeMany(Array.from({ length: 500 }, (_, i) => ({ id: rows + i, n: 1, text })));
  const ids = keys(await take(slow, rows + 500));
  await writing;
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows + 500 }, (_, id) => id));
});

test('calls that may be repeated are heard of once, as they happen and from the journal', async () => {
  const told = (await start()).space(Told);
  const live = told.subscribe();
  const { position } = live;
  const writes = async (space: typeof told): Promise<void> => {
    const row = { id: 1, n: 1 };
    await space.write(row, { idempotencyId: 'first' });
    await space.write(row, { idempotencyId: 'first' });
    const refused = space.write(row, { onConflict: 'fail', idempotencyId: 'second' });
    await expect(refused).rejects.toMatchObject({ code: 'KEY_EXISTS' });
  };
  await writes(told);
  await told.write({ id: 2, n: 2 });
  expect(keys(await take(live, 2))).toEqual([1, 2]);
  const again = (await start()).space(Told);
  await writes(again);
  await again.write({ id: 3, n: 3 });
  expect(keys(await take(again.subscribe(undefined, { from: position }), 3)).toSorted((a, b) => a - b)).toEqual([
    1, 2, 3,
  ]);
});
