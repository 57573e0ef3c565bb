import { crc32, DiskFault, FalseDisk, WeftError } from '@weft/base';
import { describe, expect, test } from 'vitest';
import { GROUP_BYTES_MAX } from './group.ts';
import { DISK_FULL_RETRY_MS, UNSYNCED_BYTES_MAX } from './journal-writer.ts';
import { openFound, openJournal, randomOf, settle } from './journal.fixture.ts';
import { Journal } from './journal.ts';
import { JOURNAL_FORMAT } from './segment-header.ts';

const FIRST = 'journal/0000000000000001.wal';

describe('a disk that is full', () => {
  test('refuses writes until there is space, then goes on; nothing is lost', async () => {
    const { journal, disk, timers, logs, insert, read } = await openJournal();
    const [log] = logs;
    const names = [insert(0, 1)];
    await log!.commits.wait(log!.lsn);
    disk.capacityBytes = disk.files().get(FIRST)!.length + 100;
    names.push(insert(0, 2, 'x'.repeat(500)));
    const committed = log!.commits.wait(log!.lsn)!;
    await settle();
    expect(() => log!.admit()).toThrow(expect.objectContaining({ code: 'DISK_FULL', retryable: true }));
    expect(await read()).toEqual(names.slice(0, 1));
    timers.pass(DISK_FULL_RETRY_MS);
    await settle();
    expect(() => log!.admit()).toThrow('There is no space left');

    disk.capacityBytes = Infinity;
    timers.pass(DISK_FULL_RETRY_MS);
    await committed;
    await settle();
    log!.admit();
    names.push(insert(1, 3));
    await journal.close();
    expect(await read()).toEqual(names);
  });

  test('ends a journal that is closed meanwhile, and says so to all who wait', async () => {
    const { journal, disk, logs, insert } = await openJournal();
    disk.capacityBytes = 0;
    insert(0, 1);
    const committed = logs[0]!.commits.wait(logs[0]!.lsn);
    await settle();
    await Promise.all([
      expect(journal.close()).rejects.toMatchObject({ code: 'JOURNAL_FAILED' }),
      expect(committed).rejects.toMatchObject({ code: 'JOURNAL_FAILED' }),
    ]);
  });

  test('is waited for also where a new segment finds no space', async () => {
    const { journal, disk, timers, logs, insert, read } = await openJournal(new FalseDisk(), { segmentBytes: 2000 });
    const names = [insert(0, 1, 'x'.repeat(800))];
    await logs[0]!.commits.wait(logs[0]!.lsn);
    disk.capacityBytes = disk.files().get(FIRST)!.length + 500;
    names.push(insert(0, 2, 'y'.repeat(800)));
    await settle();
    expect(await disk.list('journal')).toHaveLength(1);
    disk.capacityBytes = Infinity;
    timers.pass(DISK_FULL_RETRY_MS);
    await journal.close();
    expect(await disk.list('journal')).toHaveLength(2);
    expect(await read()).toEqual(names);
  });

  test('keeps a journal from being begun', async () => {
    const disk = new FalseDisk();
    disk.capacityBytes = 100;
    await expect(openJournal(disk)).rejects.toMatchObject({ code: 'DISK_FULL' });
  });
});

describe('a disk that fails', () => {
  for (const operation of ['write', 'sync'] as const)
    for (const level of ['sync', 'async'] as const)
      test(`at a ${operation} at level ${level} ends the journal for good, and nothing is tried again`, async () => {
        const { journal, disk, timers, logs, insert } = await openJournal(new FalseDisk(), { level });
        const [log] = logs;
        disk.fault = (asked) => (asked === operation ? 'failed' : undefined);
        insert(0, 1);
        const flushed = journal.flush();
        await expect(flushed).rejects.toMatchObject({ code: 'JOURNAL_FAILED', outcome: 'in-doubt', retryable: false });
        disk.fault = () => undefined;
        const { length } = disk.steps;
        expect(() => log!.admit()).toThrow(expect.objectContaining({ code: 'JOURNAL_FAILED' }));
        insert(0, 2);
        await expect(log!.commits.wait(log!.lsn)).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
        timers.pass(10_000);
        await settle();
        expect(disk.steps).toHaveLength(length);
        expect(WeftError.is(journal.failure, 'JOURNAL_FAILED')).toBe(true);
        expect(DiskFault.is(journal.failure?.cause, 'failed')).toBe(true);
        await expect(journal.close()).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
      });

  test('without space at a sync it ends too: what was written may be lost', async () => {
    const { journal, disk, insert } = await openJournal();
    disk.fault = (operation) => (operation === 'sync' ? 'full' : undefined);
    insert(0, 1);
    await expect(journal.flush()).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
  });

  test('what it may not have kept is written again before it is synced, by the next process', async () => {
    const { disk, insert } = await openJournal(new FalseDisk(), { level: 'async' });
    insert(0, 1);
    await settle();
    const next = FalseDisk.of(disk.files());
    const { length } = next.steps;
    await openJournal(next);
    expect(next.steps.slice(length).map(({ op }) => op)).toEqual(['syncDirectory', 'write', 'sync']);
  });
});

describe('more than the disk takes', () => {
  test('refuses changes at level sync until half of it is written', async () => {
    const { logs, insert } = await openJournal(new FalseDisk(), { bytesInFlightMax: 12_000_000 });
    const [log] = logs;
    const note = 'x'.repeat(1_000_000);
    for (let id = 0; id < 12; id++) insert(0, id, note);
    expect(() => log!.admit()).toThrow(expect.objectContaining({ code: 'JOURNAL_BUSY', retryable: true }));
    await log!.commits.wait(log!.lsn);
    await settle();
    log!.admit();
  });

  test('makes who waits for answers wait at level async', async () => {
    const { logs, insert } = await openJournal(new FalseDisk(), { level: 'async' });
    const [log] = logs;
    for (let id = 0; id < 10; id++) insert(0, id, 'x'.repeat(1_000_000));
    expect(log!.commits.committed).toBeLessThan(log!.lsn);
    await log!.commits.wait(log!.lsn);
    await settle();
    insert(0, 10);
    expect(log!.commits.committed).toBe(log!.lsn);
  });
});

test('a disk that syncs slowly is not written to without bound', async () => {
  const { journal, disk, insert } = await openJournal(new FalseDisk(), { level: 'async', bytesInFlightMax: 1e9 });
  disk.latency = (operation) => (operation === 'sync' ? 100_000 : 1);
  for (let id = 0; id < 30; id++) insert(0, id, 'x'.repeat(1_000_000));
  await settle();
  const written = disk.files().get(FIRST)!.length;
  expect(written).toBeGreaterThanOrEqual(UNSYNCED_BYTES_MAX - GROUP_BYTES_MAX);
  expect(written).toBeLessThan(UNSYNCED_BYTES_MAX + GROUP_BYTES_MAX);
  await journal.flush();
  expect(disk.files().get(FIRST)!.length).toBeGreaterThan(30_000_000);
});

describe('a journal that is not as it was written', () => {
  const written = async (): Promise<FalseDisk> => {
    const { journal, disk, logs, insert } = await openJournal(new FalseDisk(), { segmentBytes: 3000 });
    for (let id = 0; id < 20; id++) {
      insert(id % 2, id, 'note'.repeat(50));
      await logs[id % 2]!.commits.wait(logs[id % 2]!.lsn);
    }
    await journal.close();
    return FalseDisk.of(disk.files());
  };
  const changed = async (
    disk: FalseDisk,
    path: string,
    change: (bytes: Uint8Array) => Uint8Array,
  ): Promise<FalseDisk> => {
    const files = disk.files();
    files.set(path, change(files.get(path)!));
    return FalseDisk.of(files);
  };

  test('is refused where a frame in the middle is damaged, with file and offset', async () => {
    const disk = await changed(await written(), FIRST, (bytes) => bytes.with(1300, bytes[1300]! ^ 1));
    await expect(openFound(disk)).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      details: { file: FIRST, offset: expect.any(Number) as number },
    });
  });

  test('is refused where a segment is missing, the first, one between, or the last', async () => {
    const disk = await written();
    const paths = [...disk.files().keys()];
    expect(paths.length).toBeGreaterThan(3);
    for (const gone of [0, 1, paths.length - 1]) {
      const files = disk.files();
      files.delete(paths[gone]!);
      await expect(openFound(FalseDisk.of(files))).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
    }
  });

  test('is refused where a segment is of another journal, or has the name of another', async () => {
    const disk = await written();
    const files = disk.files();
    const paths = [...files.keys()];
    const own = files.get(paths[1]!)!;
    files.set(paths[1]!, files.get(paths[2]!)!);
    await expect(openFound(FalseDisk.of(files))).rejects.toThrow('the header is that of');
    const foreign = await openJournal(new FalseDisk(), { random: randomOf(7) });
    files.set(paths[1]!, own).set(FIRST, foreign.disk.files().get(FIRST)!);
    await expect(openFound(FalseDisk.of(files))).rejects.toThrow('another journal');
  });

  test('is read where one copy of a header is damaged, and refused where both are', async () => {
    const disk = await written();
    const one = await changed(disk, FIRST, (bytes) => bytes.fill(0, 0, 512));
    expect(await openFound(one)).toHaveLength(20);
    const both = await changed(disk, FIRST, (bytes) => bytes.fill(0, 0, 600));
    await expect(openFound(both)).rejects.toThrow('neither copy of the header');
  });

  test('of a newer version is refused with a sentence', async () => {
    const disk = await changed(await written(), FIRST, (bytes) => {
      for (const at of [0, 512]) {
        new DataView(bytes.buffer).setUint32(at + 8, JOURNAL_FORMAT + 1, true);
        new DataView(bytes.buffer).setUint32(at + 60, crc32(bytes, at, at + 60), true);
      }
      return bytes;
    });
    await expect(openFound(disk)).rejects.toMatchObject({ code: 'JOURNAL_FORMAT' });
  });

  test('cannot be opened where the disk does not let it', async () => {
    const disk = await written();
    disk.fault = (operation) => (operation === 'read' ? 'denied' : undefined);
    await expect(openFound(disk)).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
  });
});

describe('truncation', () => {
  test('removes whole segments that a snapshot has made unnecessary, and the rest needs that snapshot', async () => {
    const { journal, disk, logs, insert } = await openJournal(new FalseDisk(), { segmentBytes: 3000 });
    for (let id = 0; id < 20; id++) {
      insert(id % 2, id, 'note'.repeat(50));
      await logs[id % 2]!.commits.wait(logs[id % 2]!.lsn);
    }
    const before = (await disk.list('journal')).length;
    await journal.truncateBefore([5, 0]);
    expect(await disk.list('journal')).toHaveLength(before);
    const positions = [logs[0]!.lsn - 3, logs[1]!.lsn - 3];
    await journal.truncateBefore(positions);
    expect((await disk.list('journal')).length).toBeLessThan(before);
    const begin = journal.positions;
    expect(begin[0]).toBeGreaterThan(0);
    await journal.close();

    await expect(openFound(disk)).rejects.toThrow('begins behind lsn');
    const timers = { after: () => () => undefined };
    const options = {
      disk,
      level: 'sync',
      checksum: crc32,
      random: randomOf(1),
      timers,
      soon: queueMicrotask,
    } as const;
    const again = await Journal.open(options);
    let records = 0;
    for await (const { head } of again.frames(positions)) records += head.records;
    expect(records).toBeGreaterThan(5);
    expect(records).toBeLessThan(20);
  });

  test('leaves the last segments for subscribers that come back, as many as are retained', async () => {
    const options = { segmentBytes: 3000, retainBytes: 5000 };
    const { journal, disk, logs, insert } = await openJournal(new FalseDisk(), options);
    for (let id = 0; id < 20; id++) {
      insert(id % 2, id, 'note'.repeat(50));
      await logs[id % 2]!.commits.wait(logs[id % 2]!.lsn);
    }
    const before = (await disk.list('journal')).length;
    const all = logs.map(({ lsn }) => lsn);
    const behind = journal.pathsBehind(all).length;
    await journal.truncateBefore(all);
    const left = await disk.list('journal');
    expect(left.length).toBeLessThan(before);
    // Two that are full, and the one that is written: what is read after a restart is not more for it.
    expect(left).toHaveLength(3);
    expect(journal.pathsBehind(all)).toHaveLength(behind);
    expect(behind).toBe(1);
    expect(journal.framesAgain(journal.positions)).toBeDefined();
    await journal.close();
  });
});
