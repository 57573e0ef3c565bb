import { createHash } from 'node:crypto';
import { crashImages, FalseDisk, type Random } from '@weft/base';
import { defineType, t } from '@weft/data';
import { PartitionLog } from '@weft/log';
import { expect, test } from 'vitest';
import { Partition } from '../partition/partition.ts';
import { always, smallArena } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { GridCut } from './grid-cut.ts';
import { manifestBytes, readManifest } from './manifest.ts';
import { restorePartition } from './restore-partition.ts';
import { SnapshotStore } from './snapshot-store.ts';
import { allRows, pace } from './stored.fixture.ts';
import { verifySnapshots } from './verify-snapshots.ts';

const Item = defineType('Item', { id: t.int16(), text: t.string().optional() }, { key: 'id' });
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const arena = smallArena(64);
const clock = { wallMs: () => 5, monotonicMs: () => 5 };

function partitionsOf(count: number): Partition[] {
  return Array.from({ length: count }, (_, number) => {
    const log = new PartitionLog({ partition: number, clock });
    return new Partition({ number, partitions: count, arena, clock, log });
  });
}

function write(partition: Partition, id: number, text: string | undefined): void {
  const { table } = partition.port(Item.schema);
  const values: unknown[] = [];
  table.rowCode.stage({ id, text }, values);
  table.write(values, table.keyCode.slotOfRouting(id), 'replace');
}

/** All rows of all partitions, as text. */
function shown(partitions: readonly Partition[]): string {
  return JSON.stringify(partitions.map((partition) => [...allRows(partition.port(Item.schema).table)]));
}

async function restored(disk: FalseDisk, count: number): Promise<Partition[] | undefined> {
  const store = await SnapshotStore.open({ disk, hash });
  const manifest = await store.newest();
  if (manifest === undefined) return undefined;
  const partitions = partitionsOf(count);
  for (const [number, partition] of partitions.entries()) {
    await restorePartition(partition, manifest.partitions[number]!, store.pages, pace);
    partition.log.resumeAt(manifest.partitions[number]!.lsn, manifest.partitions[number]!.hlc);
  }
  return partitions;
}

function clear(partitions: readonly Partition[]): void {
  for (const partition of partitions) partition.port(Item.schema).clear();
}

function randomFrom(seed: number): Random {
  let state = seed | 1;
  return {
    uint32() {
      state ^= state << 13;
      state ^= state >>> 17;
      return (state ^= state << 5) >>> 0;
    },
  } as Random;
}

/** Three snapshots of two partitions that change between and while they are written; what each was. */
async function threeSnapshots(disk: FalseDisk): Promise<string[]> {
  const partitions = partitionsOf(2);
  const store = await SnapshotStore.open({ disk, hash });
  const taken: string[] = [];
  for (let round = 0; round < 3; round++) {
    for (let id = 0; id < 30; id++)
      write(partitions[id % 2]!, id, id % 3 === round ? undefined : `round ${round} ${id}`);
    if (round === 1) partitions[0]!.port(Item.schema).delete(4);
    taken.push(shown(partitions));
    let turns = 0;
    const next = async (): Promise<void> => {
      write(partitions[turns % 2]!, 100 + turns, 'while it is written');
      turns++;
    };
    await store.write(new GridCut(partitions), 1000 + round, { turns: { next, elapsedMs: () => 0 }, slice: always });
    disk.mark(round);
    expect(turns).toBeGreaterThan(10);
    for (let id = 100; id < 100 + turns; id++) partitions[id % 2]!.port(Item.schema).delete(id as never);
  }
  clear(partitions);
  return taken;
}

test('whatever a crash leaves, the newest snapshot that was written comes back, or the one that was being written', async () => {
  const disk = new FalseDisk();
  const taken = await threeSnapshots(disk);
  let images = 0;
  const perStep = Number(process.env['WEFT_RUNS'] ?? 0) > 100 ? 20 : 3;
  for (const image of crashImages(disk.steps, randomFrom(3), perStep)) {
    const sure = image.marks.length - 1;
    const partitions = await restored(image.disk, 2);
    if (partitions === undefined) expect(sure).toBe(-1);
    else {
      expect(taken.indexOf(shown(partitions))).toBeGreaterThanOrEqual(sure);
      if (images % 50 === 0) for (const partition of partitions) expectIndexesInStep(partition.port(Item.schema).table);
      clear(partitions);
    }
    images++;
  }
  expect(images).toBeGreaterThan(1000);
}, 120_000);

test('after a crash the next snapshot is whole too, and nothing that no snapshot names stays', async () => {
  const disk = new FalseDisk();
  await threeSnapshots(disk);
  let images = 0;
  for (const image of crashImages(disk.steps, randomFrom(5), 1)) {
    if (images++ % 29 !== 0) continue;
    const partitions = partitionsOf(2);
    write(partitions[1]!, 7, 'seven');
    const store = await SnapshotStore.open({ disk: image.disk, hash });
    await store.write(new GridCut(partitions), 1, pace);
    const check = await verifySnapshots(store);
    expect(check).toMatchObject({ snapshots: 1, rows: 1, damaged: [] });
    expect(image.disk.files().size).toBe(check.files);
    const back = (await restored(image.disk, 2))!;
    expect(shown(back)).toBe(shown(partitions));
    clear(partitions);
    clear(back);
  }
});

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
