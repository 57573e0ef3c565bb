import { crashImages, FalseDisk, type Random } from '@weft/base';
import { expect, test } from 'vitest';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { GridCut } from './grid-cut.ts';
import { clear, hash, Item, partitionsOf, restored, shown, threeSnapshots, write } from './snapshot-store.fixture.ts';
import { SnapshotStore } from './snapshot-store.ts';
import { pace } from './stored.fixture.ts';
import { verifySnapshots } from './verify-snapshots.ts';

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
