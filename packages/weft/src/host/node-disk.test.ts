import { constants, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DiskFault, WeftError } from '@weft/base';
import { afterAll, describe, expect, test } from 'vitest';
import { dataDirOwner, lockDataDir } from './data-lock.ts';
import { FaultyDisk } from './faulty-disk.fixture.ts';
import { fastCrc32 } from './native-crc32.ts';
import { makeLastingDirectory, NodeDisk } from './node-disk.ts';

const root = mkdtempSync(join(tmpdir(), 'weft-disk-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('a directory as a disk', () => {
  const disk = new NodeDisk(root);

  test('keeps what is written, at any place', async () => {
    await disk.makeDirectory('a/b');
    const file = await disk.create('a/b/one');
    await file.write(0, Uint8Array.of(1, 2, 3, 4));
    await file.write(2, Uint8Array.of(9, 9, 9));
    await file.sync();
    expect(await file.size()).toBe(5);
    const read = new Uint8Array(8);
    expect([await file.read(1, read), ...read]).toEqual([4, 2, 9, 9, 9, 0, 0, 0, 0]);
    await file.truncate(3);
    await file.close();
    await disk.rename('a/b/one', 'a/b/two');
    await disk.syncDirectory('a/b');
    expect(await disk.list('a/b')).toEqual(['two']);
    const again = await disk.open('a/b/two', 'read');
    expect(await again.size()).toBe(3);
    await again.close();
    await disk.remove('a/b/two');
    await disk.remove('a/b/two');
    expect([await disk.list('a/b'), await disk.list('nowhere')]).toEqual([[], []]);
  });

  test('names whole paths in faults, whatever it was given', async () => {
    const near = new NodeDisk(relative(process.cwd(), root));
    expect(near.locate('journal/one')).toBe(join(root, 'journal/one'));
    for (const work of [() => near.open('missing', 'read'), () => near.syncDirectory('missing')])
      await expect(work()).rejects.toMatchObject({ path: join(root, 'missing') });
  });

  test('a file that is written through is synced by its writes, and once it was cut by a sync', async () => {
    const disks = new FaultyDisk();
    try {
      const file = await disk.create('through', 'write-through');
      if (process.platform === 'linux') expect(openFlags(join(root, 'through')) & constants.O_DSYNC).not.toBe(0);
      await file.write(0, Uint8Array.of(1, 2, 3));
      await file.sync();
      const before = disks.syncs;
      await file.truncate(2);
      await file.sync();
      await file.sync();
      // Where files cannot be opened so, each sync is one.
      expect([before, disks.syncs]).toEqual(constants.O_DSYNC === undefined ? [1, 3] : [0, 1]);
      await file.close();
    } finally {
      disks.restore();
    }
    const plain = await disk.open('through', 'write');
    if (process.platform === 'linux') expect(openFlags(join(root, 'through')) & constants.O_DSYNC).toBe(0);
    await plain.close();
  });

  test('says of what kind a fault is', async () => {
    const kindOf = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'none',
        (error: unknown) => (DiskFault.is(error) ? error.kind : 'other'),
      );
    expect(await kindOf(disk.open('missing', 'write'))).toBe('missing');
    writeFileSync(join(root, 'plain'), 'x');
    expect(await kindOf(disk.create('plain/inside'))).toBe('failed');
    if (process.platform === 'linux') {
      const full = await new NodeDisk('/dev').open('full', 'write');
      expect(await kindOf(full.write(0, Uint8Array.of(1)))).toBe('full');
      await full.close();
    }
  });
});

test('directories that are made with those above them are there, and may be there before', async () => {
  const path = join(root, 'x/y/z');
  await makeLastingDirectory(path);
  await makeLastingDirectory(path);
  expect(await new NodeDisk(root).list('x/y')).toEqual(['z']);
});

test('the checksum of short and of long bytes is the same kind of checksum', () => {
  const bytes = Uint8Array.from({ length: 2000 }, (_, i) => i * 7);
  expect(fastCrc32(bytes, 5, 1900)).toBe(fastCrc32(bytes, 300, 1900, fastCrc32(bytes, 5, 300)));
});

describe('the lock of a data directory', () => {
  const directory = join(root, 'data');
  const path = join(directory, 'lock');

  test('has one owner, and is free when that gives it back', async () => {
    const lock = await lockDataDir(directory);
    expect((await dataDirOwner(directory))?.pid).toBe(process.pid);
    const refusal: unknown = await lockDataDir(directory).catch((error: unknown) => error);
    expect(WeftError.is(refusal, 'DATA_DIR_IN_USE')).toBe(true);
    expect((refusal as WeftError).message).toContain(`process ${process.pid}`);
    await lock.unlock();
    expect(await dataDirOwner(directory)).toBeUndefined();
    await (await lockDataDir(directory)).unlock();
  });

  test('of a process that is gone, or began at another time, or before the machine did, is taken over', async () => {
    const lock = await lockDataDir(directory);
    const mine = JSON.parse(readFileSync(path, 'utf8')) as object;
    await lock.unlock();
    for (const other of [
      { pid: 2 ** 22 + 1 },
      ...(process.platform === 'linux' ? [{ began: '1' }, { boot: 'x' }] : []),
    ]) {
      writeFileSync(path, JSON.stringify({ ...mine, ...other }));
      expect(await dataDirOwner(directory)).toBeUndefined();
      await (await lockDataDir(directory)).unlock();
    }
    writeFileSync(path, '');
    await (await lockDataDir(directory)).unlock();
  });

  test('is found lost where the directory was moved, or the lock is gone or another', async () => {
    const lock = await lockDataDir(directory);
    await lock.check();
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    await expect(lock.check()).rejects.toMatchObject({ kind: 'failed', path: directory });
    writeFileSync(path, text);
    await expect(lock.check()).rejects.toMatchObject({ kind: 'failed', path: directory });
    await lock.unlock();
  });

  test('of another host is not judged', async () => {
    writeFileSync(path, JSON.stringify({ pid: 1, host: `${hostname()}-other`, boot: '', began: '' }));
    await expect(lockDataDir(directory)).rejects.toThrow(/process 1 on .*-other/);
    rmSync(path);
  });
});

/** With which flags this process has a file open. */
function openFlags(path: string): number {
  const fd = readdirSync('/proc/self/fd').find((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      // The directory itself, which is closed by now.
      return false;
    }
  });
  return Number.parseInt(/flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!, 8);
}
