import { FalseDisk } from '@weft/base';
import { expect, test } from 'vitest';
import type { Partition } from '../partition/partition.ts';
import { GridCut } from './grid-cut.ts';
import { manifestBytes, readManifest } from './manifest.ts';
import { clear, hash, Item, partitionsOf, restored, shown, threeSnapshots, write } from './snapshot-store.fixture.ts';
import { SnapshotStore } from './snapshot-store.ts';
import { pace } from './stored.fixture.ts';
import { verifySnapshots } from './verify-snapshots.ts';

test('each file that is damaged or gone is found, and named by who needs it', async () => {
  const disk = new FalseDisk();
  await threeSnapshots(disk);
  const files = disk.files();
  for (const [path, bytes] of files) {
    const without = FalseDisk.of([...files].filter(([other]) => other !== path));
    const turned = bytes.slice();
    turned[bytes.length >>> 1]! ^= 4;
    const damaged = FalseDisk.of([...files].map(([other, is]) => [other, other === path ? turned : is]));
    const check = await verifySnapshots(await SnapshotStore.open({ disk: damaged, hash }));
    expect(check.damaged.map(({ file }) => file)).toEqual([path]);
    await expect(restored(damaged, 2)).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED', details: { file: path } });
    if (!path.startsWith('pages')) continue;
    const missing = await verifySnapshots(await SnapshotStore.open({ disk: without, hash }));
    expect(missing.damaged.map(({ file }) => file)).toEqual([path]);
    await expect(restored(without, 2)).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED', details: { file: path } });
  }
  expect(files.size).toBeGreaterThan(15);
});

test('a disk that is full, or fails, leaves the snapshot before, and the next one is whole', async () => {
  const disk = new FalseDisk();
  const partitions = partitionsOf(2);
  write(partitions[0]!, 1, 'one');
  const store = await SnapshotStore.open({ disk, hash });
  await store.write(new GridCut(partitions), 1, pace);
  const before = shown(partitions);
  write(partitions[1]!, 2, 'two');
  for (const operation of ['create', 'write', 'sync', 'rename', 'syncDirectory'] as const) {
    disk.fault = (asked) => (asked === operation ? 'full' : undefined);
    await expect(store.write(new GridCut(partitions), 2, pace)).rejects.toMatchObject({ kind: 'full' });
    disk.fault = () => undefined;
    expect(partitions[1]!.port(Item.schema).table.snapshots.openCount).toBe(0);
    const back = (await restored(disk, 2))!;
    expect([before, shown(partitions)]).toContain(shown(back));
    clear(back);
  }
  await store.write(new GridCut(partitions), 3, pace);
  const back = (await restored(disk, 2))!;
  expect(shown(back)).toBe(shown(partitions));
  clear(back);
  clear(partitions);
});

test('several snapshots may stay, each whole, and share what they have in common', async () => {
  const disk = new FalseDisk();
  const partitions = partitionsOf(1);
  const store = await SnapshotStore.open({ disk, hash, keep: 2 });
  const files: number[] = [];
  for (let round = 0; round < 4; round++) {
    write(partitions[0]!, round, 'x');
    await store.write(new GridCut(partitions), round, pace);
    files.push(disk.files().size);
  }
  expect(store.sequences).toEqual([3, 4]);
  expect(files[3]).toBe(files[2]);
  expect(await verifySnapshots(await SnapshotStore.open({ disk, hash }))).toMatchObject({ snapshots: 2, damaged: [] });
  clear(partitions);
});

test('a partition comes back with its position, its types and what lies beside its tables', async () => {
  const disk = new FalseDisk();
  const [partition] = partitionsOf(1) as [Partition];
  write(partition, 1, 'one');
  const pieces = Array.from({ length: 2500 }, (_, at) => ({ at }));
  partition.keepBeside('queue', { image: () => [pieces], restore: () => undefined });
  const store = await SnapshotStore.open({ disk, hash });
  const manifest = await store.write(new GridCut([partition]), 77, pace);
  expect(manifest).toMatchObject({ sequence: 1, takenMs: 77, rows: 1 });
  const [back] = (await restored(disk, 1)) as [Partition];
  expect([back.log.lsn, back.log.types.all().map(({ schema }) => schema.name)]).toEqual([1, ['Item']]);
  // Nobody wants it yet: the next snapshot has it all the same.
  const again = await SnapshotStore.open({ disk, hash });
  await again.write(new GridCut([back]), 78, pace);
  const [third] = (await restored(disk, 1)) as [Partition];
  const given: unknown[] = [];
  third.keepBeside('queue', { image: () => [given], restore: (some) => void given.push(...some) });
  expect(given).toEqual(pieces);
  for (const each of [partition, back, third]) clear([each]);
});

test('a snapshot of a newer version is refused with a sentence', async () => {
  const line = JSON.stringify({ format: 2, partitions: [] });
  const bytes = new TextEncoder().encode(`${line}\n${hash(new TextEncoder().encode(line))}\n`);
  expect(() => readManifest(bytes, hash, 'manifest-000000000001.json')).toThrow(
    expect.objectContaining({ code: 'JOURNAL_FORMAT' }),
  );
  const manifest = { sequence: 1, takenMs: 2, rows: 3, bytes: 4, partitions: [] };
  expect(readManifest(manifestBytes(manifest, hash), hash, 'x')).toEqual(manifest);
});
