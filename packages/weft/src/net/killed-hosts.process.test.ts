import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WeftError } from '@weft/base';
import type { RemoteGrid } from '@weft/client';
import { connect } from './connect.ts';
import {
  Account,
  Bill,
  consumed,
  heardOf,
  Job,
  moved,
  OWNERS,
  produced,
  taken,
  type Work,
} from './hosts-work.fixture.ts';
import { started } from './started.fixture.ts';

const KILLS = 2;
/** What must have been done between two kills, of each kind. */
const STEP = 20;
const words = ['--partitions', '6', '--hosts', '3', '--durability', 'sync', '--memory', '384MiB'];

test('three hosts that are killed under load lose nothing of queues, groups and transactions, and do nothing twice', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'weft-killed-hosts-'));
  const server = await started([...words, '--data-dir', dataDir]);
  const grid = await connect(server.url, { types: [Job, Bill, Account] });
  try {
    for (const owner of OWNERS)
      for (const name of ['a', 'b'] as const) await grid.space(Account).write({ owner, name, balance: 1000 });
    const work: Work = { grid, isEnding: false, faults: [] };
    const jobs = produced(work, Job, (id) => ({ id, kind: id % 4 === 3 ? 'taken' : 'held' }));
    const bills = produced(work, Bill, (id) => ({ id }));
    const held = consumed(work);
    const takes = taken(work);
    const heard = heardOf(work);
    const transfers = OWNERS.map((owner) => moved(work, owner));
    const isFurther = (counts: readonly number[]): boolean =>
      progress().every((count, at) => count >= counts[at]! + STEP);
    const progress = (): number[] => [
      jobs.done.size,
      bills.done.size,
      held.acked.size,
      takes.taken.size,
      heard.keys.size,
      transfers.reduce((sum, { count }) => sum + count, 0),
    ];
    for (let kill = 0; kill <= KILLS; kill++) {
      const before = progress();
      await until(work, () => isFurther(before));
      if (kill === KILLS) break;
      process.kill(server.member(), 'SIGKILL');
      await server.said(new RegExp(`(the member is ready again[^]*){${kill + 1}}`));
    }
    work.isEnding = true;
    await Promise.all([jobs.ended, bills.ended, ...transfers.map(({ ended }) => ended)]);
    await until(work, async () => (await grid.space(Job).count()) === 0);
    await until(work, () => [...bills.done].every((id) => heard.keys.has(id)));
    await Promise.all([held.stop(), takes.stop(), heard.stop()]);

    expect(work.faults).toEqual([]);
    const lost = [...jobs.done].filter((id) => !held.acked.has(id) && !held.inDoubt.has(id) && !takes.taken.has(id));
    // Of a take that has no answer nobody knows which row it had.
    expect(lost.filter((id) => id % 4 !== 3)).toEqual([]);
    expect(lost.length).toBeLessThanOrEqual(takes.inDoubt);
    for (const { owner, count } of transfers) expect(await balances(grid, owner)).toEqual([1000 - count, 1000 + count]);
    await expectCommitted(grid);
  } finally {
    await grid.close();
    server.launcher.kill('SIGTERM');
    await server.ended;
    await rm(dataDir, { recursive: true });
  }
});

async function balances(grid: RemoteGrid, owner: string): Promise<(number | undefined)[]> {
  const accounts = grid.space(Account);
  const found = await Promise.all([accounts.get({ owner, name: 'a' }), accounts.get({ owner, name: 'b' })]);
  return found.map((row) => row?.balance);
}

/** Whoever joins the group now hears of what is new, and of nothing before. */
async function expectCommitted(grid: RemoteGrid): Promise<void> {
  const bills = grid.space(Bill);
  const member = bills.subscribe(undefined, { group: 'billing' });
  await member.ready;
  const last = Array.from({ length: 30 }, (_, i) => -1 - i);
  for (const id of last) await bills.write({ id });
  const heard = new Set<number>();
  while (heard.size < last.length) {
    const { value } = await member.next();
    expect(value).toMatchObject({ type: 'insert' });
    if (value?.type === 'insert') heard.add(value.key);
  }
  expect([...heard].toSorted((a, b) => b - a)).toEqual(last);
  member.close();
}

async function until({ faults }: Work, isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    if (faults.length > 0) throw WeftError.is(faults[0]) ? faults[0] : new Error(String(faults[0]));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
