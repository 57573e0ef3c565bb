import { crc32, FalseDisk } from '@weft/base';
import { describe, expect, test } from 'vitest';
import { JournalScan, readSegments } from './journal-scan.ts';
import type { PartitionLog } from '../partition-log.ts';
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

describe('positions without records', () => {
  const takenBack = (log: PartitionLog): void => {
    expect(() =>
      log.group({}, () => {
        log.nextLsn();
        throw new Error('taken back');
      }),
    ).toThrow('taken back');
  };

  for (const level of ['sync', 'async'] as const)
    test(`are committed too at level ${level}: nobody waits for what never comes`, async () => {
      const { insert, logs, journal } = await openJournal(fullDisk(), { level });
      const log = logs[0]!;
      takenBack(log);
      await log.commits.wait(log.lsn);
      insert(0, 1);
      takenBack(log);
      await log.commits.wait(log.lsn);
      await journal.flush();
      expect(log.commits.committed).toBe(log.lsn);
      await journal.close();
    });
});

describe('zeros that are ready at level sync', () => {
  const FIRST = 'journal/0000000000000001.wal';
  const lengthOf = (disk: FalseDisk): number => disk.files().get(FIRST)!.length;

  test('let frames be written without the file growing, and are cut off at the end', async () => {
    const { journal, disk, logs, insert } = await openJournal(fullDisk(), { readyBytes: 10_000 });
    const begin = lengthOf(disk);
    for (let id = 0; id < 5; id++) {
      insert(0, id);
      await logs[0]!.commits.wait(logs[0]!.lsn);
    }
    expect(lengthOf(disk)).toBe(begin + 10_000);
    insert(0, 6, 'x'.repeat(2000));
    await logs[0]!.commits.wait(logs[0]!.lsn);
    expect(lengthOf(disk)).toBe(begin + 10_000);
    await journal.close();
    expect(lengthOf(disk)).toBeLessThan(begin + 5000);
    expect((await openJournal(disk)).found).toHaveLength(6);
  });

  test('are no torn end, and the next start cuts them off', async () => {
    const { disk, logs, insert } = await openJournal(fullDisk(), { readyBytes: 10_000 });
    insert(0, 1);
    await logs[0]!.commits.wait(logs[0]!.lsn);
    const copy = FalseDisk.of(disk.files());
    const scan = new JournalScan(copy, await readSegments(copy, 'journal', crc32), crc32);
    for await (const frame of scan.frames()) expect(frame.head.records).toBeGreaterThan(0);
    expect(scan.end).toMatchObject({ isTorn: false });
    expect(scan.end!.restBytes).toBeGreaterThan(9000);
    await openJournal(copy);
    expect(lengthOf(copy)).toBe(scan.end!.at);
  });

  test('are done without where there is no space for them', async () => {
    const { disk, logs, insert, read } = await openJournal(fullDisk(), { readyBytes: 10_000 });
    disk.capacityBytes = lengthOf(disk) + 2000;
    for (let id = 0; id < 5; id++) {
      insert(0, id);
      await logs[0]!.commits.wait(logs[0]!.lsn);
    }
    expect(await read()).toHaveLength(5);
    logs[0]!.admit();
  });
});
