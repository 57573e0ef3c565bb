import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataPlace } from './data-place.ts';

let scratch: string;
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'weft-place-'))));
afterAll(() => rm(scratch, { recursive: true }));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the note says how far flights were acknowledged and deleted when the turn was over', async () => {
  const dataDir = join(scratch, 'noted');
  const place = await DataPlace.open({ dataDir, keepData: false });
  expect(place.before).toBeUndefined();
  const progress = { oldestId: 0, nextId: 12 };
  place.acknowledged(progress);
  progress.oldestId = 2;
  await turn();
  const again = await DataPlace.open({ dataDir, keepData: false });
  expect(again.before).toEqual({ oldestId: 2, nextId: 12 });
  await again[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

test('who acknowledges nothing leaves the note as it was, also while another process has the directory', async () => {
  const dataDir = join(scratch, 'left');
  const place = await DataPlace.open({ dataDir, keepData: false });
  place.acknowledged({ oldestId: 3, nextId: 9 });
  await turn();
  const bytes = await readFile(join(dataDir, 'acknowledged'));
  const other = await DataPlace.open({ dataDir, keepData: false });
  await other[Symbol.asyncDispose]();
  expect(await readFile(join(dataDir, 'acknowledged'))).toEqual(bytes);
  await place[Symbol.asyncDispose]();
});

test('a temporary directory goes at the end unless it is to be kept', async () => {
  for (const keepData of [true, false]) {
    const place = await DataPlace.open({ dataDir: undefined, keepData });
    place.acknowledged({ oldestId: 0, nextId: 1 });
    await place[Symbol.asyncDispose]();
    const note = await readFile(join(place.directory, 'acknowledged')).catch(() => undefined);
    expect(note?.length).toBe(keepData ? 16 : undefined);
    await rm(place.directory, { recursive: true, force: true });
  }
});
