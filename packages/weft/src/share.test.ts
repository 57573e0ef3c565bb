import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { createGrid, openGrid } from './create-grid.ts';
import type { EmbeddedGrid } from './embedded-grid.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
const Event = defineType('Event', { id: t.id(), text: t.string() });
const Note = defineType('Note', { text: t.string() });

const grids: EmbeddedGrid[] = [];
let directory: string | undefined;

afterEach(async () => {
  for (const grid of grids.splice(0)) await grid.close();
  if (directory !== undefined) await rm(directory, { recursive: true });
  directory = undefined;
});

/** Two hosts of a space with three partitions: the first has one, the second two. */
async function hosts(): Promise<readonly [EmbeddedGrid, EmbeddedGrid]> {
  const first = await openGrid({ partitions: 1 }, { first: 0, total: 3 });
  const second = await openGrid({ partitions: 2 }, { first: 1, total: 3 });
  grids.push(first, second);
  return [first, second];
}

const ids = Array.from({ length: 60 }, (_, i) => `order-${i}`);

test('each row has one host that takes it; the others say that it is not theirs', async () => {
  const spaces = (await hosts()).map((grid) => grid.space(Order));
  for (const id of ids) {
    const answers = await Promise.allSettled(spaces.map((orders) => orders.write({ id, qty: 1 })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'PARTITION_ELSEWHERE', details: { type: 'Order' } },
    });
  }
  const counts = await Promise.all(spaces.map((orders) => orders.count()));
  expect(counts[0]! + counts[1]!).toBe(ids.length);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test('a condition on a row of another host finds none, and no error', async () => {
  const [first, second] = (await hosts()).map((grid) => grid.space(Order));
  for (const id of ids) await first!.write({ id, qty: 1 }).catch(() => second!.write({ id, qty: 1 }));
  for (const id of ids) {
    const found = await Promise.all([first!, second!].map((orders) => orders.count({ id })));
    expect(found[0]! + found[1]!).toBe(1);
    expect((await second!.find({ id })).length + (await first!.find({ id })).length).toBe(1);
  }
});

test('rows whose place is for Weft to choose stay on the host that makes them', async () => {
  for (const grid of await hosts()) {
    const events = grid.space(Event);
    const notes = grid.space(Note);
    for (let i = 0; i < 50; i++) {
      const { id } = await events.write({ text: 'x' });
      expect(await events.get(id)).toMatchObject({ id });
      await notes.write({ text: 'x' });
    }
    expect([await events.count(), await notes.count()]).toEqual([50, 50]);
    const { written } = await notes.writeMany(Array.from({ length: 500 }, (_, i) => ({ text: `${i}` })));
    expect(written).toBe(500);
  }
});

test('a call with an idempotency id makes its row on the host that was asked, and once', async () => {
  for (const grid of await hosts()) {
    const events = grid.space(Event);
    for (let i = 0; i < 20; i++) {
      const made = await events.write({ text: 'x' }, { idempotencyId: `call-${i}` });
      expect(await events.write({ text: 'x' }, { idempotencyId: `call-${i}` })).toEqual(made);
    }
    expect(await events.count()).toBe(20);
    const batch = (b: Parameters<Parameters<typeof grid.atomic>[0]>[0]) => [b.write(Event, { text: 'y' })] as const;
    for (let i = 0; i < 10; i++) await grid.atomic(batch, { idempotencyId: `batch-${i}` });
    expect(await events.count()).toBe(30);
  }
});

test('a transaction that asks all partitions is refused by a host that has only one of them', async () => {
  const [first] = await hosts();
  const transaction = first.transaction((tx) => tx.space(Order).count({ qty: 1 }));
  await expect(transaction).rejects.toMatchObject({
    code: 'TRANSACTION_SPANS_PARTITIONS',
    message: expect.stringContaining('all 3 partitions'),
  });
});

test('the directory of a host opens as that host, and as no other', async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-share-'));
  const dataDir = join(directory, 'data');
  const share = { first: 1, total: 3 };
  await (await openGrid({ partitions: 2, dataDir }, share)).close();
  await expect(openGrid({ partitions: 2, dataDir }, { first: 2, total: 4 })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringMatching(/is of the partitions from 1 on, of 3; asked for are those from 2 on, of 4/),
  });
  await expect(openGrid({ partitions: 2, dataDir }, { first: 0, total: 2 })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  });
  // Who opens it by itself gets that host, and not a whole space that is half empty.
  const grid = await createGrid({ dataDir, types: [Order] });
  const writes = await Promise.allSettled(ids.map((id) => grid.space(Order).write({ id, qty: 1 })));
  await grid.close();
  expect(new Set(writes.map(({ status }) => status))).toEqual(new Set(['fulfilled', 'rejected']));
});
