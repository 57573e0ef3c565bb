import { createHash } from 'node:crypto';
import type { FalseDisk } from '@weft/base';
import { defineType, t } from '@weft/data';
import { PartitionLog } from '@weft/log';
import { expect } from 'vitest';
import { Partition } from '../partition/partition.ts';
import { always, smallArena } from '../store.fixture.ts';
import { GridCut } from './grid-cut.ts';
import { restorePartition } from './restore-partition.ts';
import { SnapshotStore } from './snapshot-store.ts';
import { allRows, pace } from './stored.fixture.ts';

export const Item = defineType('Item', { id: t.int16(), text: t.string().optional() }, { key: 'id' });
export const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const arena = smallArena(64);
const clock = { wallMs: () => 5, monotonicMs: () => 5 };

export function partitionsOf(count: number): Partition[] {
  return Array.from({ length: count }, (_, number) => {
    const log = new PartitionLog({ partition: number, clock });
    return new Partition({ number, partitions: count, arena, clock, log });
  });
}

export function write(partition: Partition, id: number, text: string | undefined): void {
  const { table } = partition.port(Item.schema);
  const values: unknown[] = [];
  table.rowCode.stage({ id, text }, values);
  table.write(values, table.keyCode.slotOfRouting(id), 'replace');
}

/** All rows of all partitions, as text. */
export function shown(partitions: readonly Partition[]): string {
  return JSON.stringify(partitions.map((partition) => [...allRows(partition.port(Item.schema).table)]));
}

export async function restored(disk: FalseDisk, count: number): Promise<Partition[] | undefined> {
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

export function clear(partitions: readonly Partition[]): void {
  for (const partition of partitions) partition.port(Item.schema).clear();
}

/** Three snapshots of two partitions that change between and while they are written; what each was. */
export async function threeSnapshots(disk: FalseDisk): Promise<string[]> {
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
