import { defineType, t, type AnyType } from '@weft/data';
import { expect, test } from 'vitest';
import { weft } from './cli/run-words.fixture.ts';
import { createGrid } from './create-grid.ts';
import { temporaryDirectories } from './durable/orders.fixture.ts';

const columns = { account: t.string(), reason: t.string() };
const Job = defineType('Job', { id: t.int32(), account: t.string() }, { key: ['account', 'id'], routing: 'account' });
const Beside = defineType('Beside', { id: t.int32(), ...columns }, { key: 'id', routing: 'account' });
const Anywhere = defineType('Anywhere', columns);
const Elsewhere = defineType('Elsewhere', { id: t.int32(), ...columns }, { key: 'id' });

const newDirectory = temporaryDirectories();

/** What the records of a journal do, each in words, from the one on in which a row died. */
async function recordsBehindDeath(dataDir: string): Promise<string[][]> {
  const { out } = await weft('journal', 'dump', dataDir);
  const lines = out.trim().split('\n');
  const records = lines.map((line) => {
    const { effects = [] } = JSON.parse(line) as { effects?: { op: string; type: string; state?: string }[] };
    return effects.map(({ op, type, state }) => `${op} ${state ?? type}`);
  });
  return records.slice(records.findIndex(([first]) => first === 'work dead')).filter(({ length }) => length > 0);
}

test.each<{ type: AnyType; records: string[][] }>([
  { type: Beside, records: [['insert Beside', 'delete Job']] },
  { type: Anywhere, records: [['insert Anywhere', 'delete Job']] },
  { type: Elsewhere, records: [['insert Elsewhere'], ['delete Job']] },
])(
  'a dead letter of type $type.name is written and its row removed in one record, where both are of one partition or may be',
  async ({ type, records }) => {
    const dataDir = await newDirectory();
    const grid = await createGrid({ types: [Job], partitions: 64, dataDir, durability: 'sync', segmentBytes: 1 << 24 });
    const jobs = grid.space(Job);
    await jobs.write({ id: 1, account: 'a' });
    const consumer = jobs.consume({}, { maxTries: 1, deadLetter: type });
    await (await consumer.next()).value!.nack({ reason: 'broken' });
    const letter = await grid.space(type as typeof Beside).read({}, { wait: '10s' });
    expect(letter).toMatchObject({ account: 'a', reason: 'broken' });
    while ((await jobs.count()) > 0) await new Promise((resolve) => setImmediate(resolve));
    await consumer.return!();
    await grid.close();
    expect(await recordsBehindDeath(dataDir)).toEqual([['work dead'], ...records]);
  },
);

test('a dead row that is revived at once is not written as a letter too', async () => {
  await using grid = await createGrid({ types: [Job], segmentBytes: 1 << 24 });
  const jobs = grid.space(Job);
  await jobs.write({ id: 1, account: 'a' });
  const consumer = jobs.consume({}, { maxTries: 1, deadLetter: Beside });
  const delivery = (await consumer.next()).value!;
  const [, isRevived] = await Promise.all([
    delivery.nack({ reason: 'broken' }),
    jobs.revive({ account: 'a', id: 1 }),
    consumer.return!(),
  ]);
  expect(isRevived).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect([await jobs.count(), await grid.space(Beside).count()]).toEqual([1, 0]);
});
