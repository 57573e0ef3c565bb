import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { weft } from '../cli/run-words.fixture.ts';
import { openGrid } from '../create-grid.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
const shares = [
  { first: 0, own: 1 },
  { first: 1, own: 2 },
];
const total = 3;
const ids = Array.from({ length: 90 }, (_, i) => `o${i}`);

let folder: string;
let backup: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-space-'));
  backup = join(folder, 'backup');
  for (const [host, { first, own }] of shares.entries()) {
    const grid = await openGrid({ types: [Order], partitions: own, segmentBytes: 1 << 24 }, { first, total });
    for (const id of ids)
      await grid
        .space(Order)
        .write({ id, qty: host })
        .catch((error: unknown) => expect(error).toMatchObject({ code: 'PARTITION_ELSEWHERE' }));
    await grid.backup(join(backup, `host-${host}`));
    await grid.close();
  }
});

afterEach(() => rm(folder, { recursive: true }));

test('the backup of a space of two hosts is verified and restored as a whole, and each host finds its rows by their keys', async () => {
  expect(await weft('verify', backup)).toMatchObject({ code: 0, out: expect.stringContaining('90 rows') });
  const dataDir = join(folder, 'data');
  const { code, out, err } = await weft('restore', backup, '--data-dir', dataDir);
  expect([code, out, err]).toEqual([0, `90 rows in ${dataDir}, in 3 partitions of 2 hosts.\n`, '']);
  const found: string[] = [];
  for (const [host, { first, own }] of shares.entries()) {
    const place = { dataDir: join(dataDir, `host-${host}`), partitions: own, segmentBytes: 1 << 24 };
    const grid = await openGrid(place, { first, total });
    const orders = grid.space(Order);
    for (const id of ids) if ((await orders.get(id).catch(() => undefined)) !== undefined) found.push(id);
    await grid.close();
  }
  expect(found.toSorted()).toEqual(ids.toSorted());
});

test('what would tear a space apart is refused', async () => {
  const dataDir = join(folder, 'data');
  expect(await weft('restore', join(backup, 'host-1'), '--data-dir', dataDir)).toMatchObject({
    code: 1,
    err: expect.stringContaining(`is the part of one host of the backup in ${backup}; name that directory`),
  });
  expect(await weft('restore', backup, '--data-dir', dataDir, '--partitions', '5')).toMatchObject({
    code: 1,
    err: expect.stringContaining('is of 2 hosts, whose partitions stay as they are; leave --partitions out'),
  });
  expect(existsSync(dataDir)).toBe(false);
  expect(await weft('restore', backup, '--data-dir', folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is there already'),
  });
});
