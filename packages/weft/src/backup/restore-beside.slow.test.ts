import type { Grid } from '@weft/client';
import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { createGrid, type GridOptions } from '../create-grid.ts';
import { temporaryDirectories } from '../durable/orders.fixture.ts';

const Job = defineType('Job', { id: t.int32(), what: t.string() }, { key: 'id' });
const jobs = Array.from({ length: 30 }, (_, id) => ({ id, what: `job ${id}` }));
const isFailing = (id: number): boolean => id % 3 === 0;
const isDelayed = (id: number): boolean => id % 3 === 1;

const newDirectory = temporaryDirectories();
const small = { segmentBytes: 1 << 24, types: [Job] } satisfies GridOptions;

/** A grid with all that lies beside rows: dead letters, delays, answers, and a consumer group that has heard of everything. */
async function open(options: GridOptions): Promise<Grid> {
  const grid = await createGrid({ ...small, durability: 'memory', ...options });
  const space = grid.space(Job);
  const member = space.subscribe(undefined, { group: 'billing' });
  for (const job of jobs) await space.write(job, { idempotencyId: `write ${job.id}` });
  for (let taken = 0; taken < jobs.length; taken++) await member.next();
  await member.commit();
  member.close();
  const consumer = space.consume(undefined, { maxTries: 1, prefetch: jobs.length });
  const deliveries = await Promise.all(jobs.map(() => consumer.next()));
  for (const { value: delivery } of deliveries)
    if (isFailing(delivery!.row.id)) await delivery!.nack({ reason: 'no paper' });
  await consumer.return!();
  const patient = space.consume(undefined, { maxTries: 5, prefetch: jobs.length });
  const others = jobs.filter(({ id }) => !isFailing(id));
  for (const { value: delivery } of await Promise.all(others.map(() => patient.next())))
    if (isDelayed(delivery!.row.id)) await delivery!.nack({ delay: '1h', reason: 'later' });
  await patient.return!();
  return grid;
}

test.each([
  { from: 3, to: 3 },
  { from: 3, to: 1 },
  { from: 3, to: 7 },
  { from: 1, to: 4 },
])(
  'dead letters, tries, delays, answers and consumer groups of $from partitions are there in $to',
  async ({ from, to }) => {
    const directory = await newDirectory();
    const grid = await open({ partitions: from });
    await grid.backup(directory);
    const before = grid.space(Job);
    const letters = (await before.deadLetters()).toSorted((a, b) => a.row.id - b.row.id);
    expect(letters.map(({ row }) => row.id)).toEqual(jobs.map(({ id }) => id).filter(isFailing));
    await grid.close();

    const dataDir = await newDirectory();
    const options = { ...small, dataDir, durability: 'sync' } as const;
    let again = await createGrid({ ...options, restore: directory, partitions: to });
    const check = async (): Promise<void> => {
      const space = again.space(Job);
      expect((await space.deadLetters()).toSorted((a, b) => a.row.id - b.row.id)).toEqual(letters);
      const { queue } = again.stats().types.find(({ name }) => name === 'Job')!;
      expect(queue).toMatchObject({ dead: letters.length, delayed: jobs.map(({ id }) => id).filter(isDelayed).length });
      const rows = again.stats().rows;
      for (const job of jobs) {
        expect(await space.write(job, { idempotencyId: `write ${job.id}` })).toEqual(job);
        await expect(space.write({ ...job, what: 'else' }, { idempotencyId: `write ${job.id}` })).rejects.toMatchObject(
          {
            code: 'IDEMPOTENCY_MISMATCH',
          },
        );
      }
      expect(again.stats().rows).toBe(rows);
    };
    await check();
    // Nobody is there yet who hears of it.
    await again.space(Job).write({ id: 1000, what: 'new' });
    const member = again.space(Job).subscribe(undefined, { group: 'billing' });
    expect((await member.next()).value).toMatchObject({ type: 'insert', key: 1000 });
    await member.commit();
    member.close();
    await again.close();

    again = await createGrid(options);
    await check();
    await again.space(Job).write({ id: 1001, what: 'newer' });
    const next = again.space(Job).subscribe(undefined, { group: 'billing' });
    expect((await next.next()).value).toMatchObject({ type: 'insert', key: 1001 });
    // Those that nobody failed were handed out twice before. Dead and delayed ones are not handed out.
    const free = jobs.map(({ id }) => id).filter((id) => !isFailing(id) && !isDelayed(id));
    const consumer = again.space(Job).consume(undefined, { prefetch: 100 });
    const handedOut = await Promise.all([...free, 1000, 1001].map(() => consumer.next()));
    expect(new Map(handedOut.map(({ value }) => [value!.row.id, value!.tries]))).toEqual(
      new Map([...free.map((id): [number, number] => [id, 3]), [1000, 1], [1001, 1]]),
    );
    await again.close();
  },
);

test('rows of a work queue that is restored into fewer partitions are handed out in the order in which they came', async () => {
  const directory = await newDirectory();
  const grid = await createGrid({ ...small, partitions: 2 });
  const space = grid.space(Job);
  await space.writeMany(jobs);
  // The places of these are taken by others, which so stand in front of older ones.
  for (const { id } of jobs.filter((job) => isFailing(job.id))) await space.delete(id);
  for (let id = 100; id < 110; id++) await space.write({ id, what: 'late' });
  await grid.backup(directory);
  await grid.close();
  await using again = await createGrid({ ...small, restore: directory, partitions: 1 });
  const taken: number[] = [];
  for (let row; (row = await again.space(Job).take()) !== undefined;) taken.push(row.id);
  const partitionOfRow = new Map<number, number>();
  await using two = await createGrid({ ...small, restore: directory });
  const member = two.space(Job).subscribe();
  await two.space(Job).change({}, (c) => c.set('what', 'seen'));
  for (const _ of taken) {
    const { value: event } = await member.next();
    if (event?.type === 'update') partitionOfRow.set(event.key, event.partition);
  }
  for (const partition of [0, 1]) {
    const order = taken.filter((id) => partitionOfRow.get(id) === partition);
    expect(order.length).toBeGreaterThan(5);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
});

test('a consumer group of a grid without a log of its own hears of what happens after a restore', async () => {
  const directory = await newDirectory();
  const grid = await open({ partitions: 2 });
  await grid.backup(directory);
  await grid.close();
  await using again = await createGrid({ ...small, restore: directory });
  await again.space(Job).write({ id: 1000, what: 'new' });
  const member = again.space(Job).subscribe(undefined, { group: 'billing' });
  expect((await member.next()).value).toMatchObject({ type: 'insert', key: 1000 });
});
