import { FalseDisk } from '@weft/base';
import { describe, expect, test } from 'vitest';
import { openJournal, settle } from './journal.fixture.ts';

const fullDisk = (): FalseDisk => new FalseDisk();

describe('a journal', () => {
  test('gives back what was recorded, in order, over all partitions', async () => {
    const first = await openJournal();
    const names = [0, 1, 0, 0, 1].map((partition, id) => first.insert(partition, id));
    await first.journal.close();

    const second = await openJournal(first.disk);
    expect(second.found.toSorted()).toEqual(names.toSorted());
    expect(second.logs.map((log) => log.lsn)).toEqual(first.logs.map((log) => log.lsn));
    expect(second.journal.id).toBe(first.journal.id);
    names.push(second.insert(1, 9));
    await second.journal.close();
    expect((await openJournal(first.disk)).found.toSorted()).toEqual(names.toSorted());
  });

  test('at level sync commits once the disk has synced, and writes what came meanwhile as one frame', async () => {
    const { insert, logs, disk } = await openJournal();
    const [log] = logs;
    insert(0, 1);
    const committed = log!.commits.wait(log!.lsn);
    expect(log!.commits.committed).toBe(0);
    await committed;
    expect(disk.steps.at(-1)).toEqual(expect.objectContaining({ op: 'sync' }));
    await settle();

    const writes = (): number => disk.steps.filter(({ op }) => op === 'write').length;
    const before = writes();
    for (let id = 2; id < 50; id++) insert(0, id);
    await log!.commits.wait(log!.lsn);
    expect(writes()).toBe(before + 1);
  });

  test('at level async commits at once, and syncs within 50 ms', async () => {
    const { insert, logs, disk, timers } = await openJournal(fullDisk(), { level: 'async' });
    insert(0, 1);
    expect(logs[0]!.commits.committed).toBe(logs[0]!.lsn);
    await settle();
    expect(disk.steps.at(-1)!.op).toBe('write');
    timers.pass(49);
    await settle();
    expect(disk.steps.at(-1)!.op).toBe('write');
    timers.pass(1);
    await settle();
    expect(disk.steps.at(-1)!.op).toBe('sync');
    expect(timers.count).toBe(0);
  });
});
