import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';

const Note = defineType('Note', { id: t.int32(), text: t.string() }, { key: 'id' });

test('without durability nothing is logged, and positions are counted', async () => {
  await using grid = await createGrid({ types: [Note], partitions: 2 });
  for (let id = 0; id < 10; id++) await grid.space(Note).write({ id, text: 'x' });
  await grid.flush();
  const { log } = grid.stats();
  expect(log).toMatchObject({ durability: undefined, bytes: 0 });
  expect(log.partitions.reduce((sum, { lsn }) => sum + lsn, 0)).toBe(10);
  expect(log.partitions.every(({ lsn, committed }) => lsn === committed)).toBe(true);
});

test("with 'memory' the last changes are kept, as many bytes of them as are retained, and they count as memory", async () => {
  await using grid = await createGrid({ types: [Note], durability: 'memory', retain: '1MiB' });
  const notes = grid.local(Note);
  const usedBytes = grid.stats().memory.usedBytes;
  notes.write({ id: 0, text: 'x' });
  const first = grid.stats().log.bytes;
  expect(grid.stats().log.durability).toBe('memory');
  expect(first).toBeGreaterThan(0);
  for (let id = 0; id < 40; id++) notes.write({ id: 0, text: 'x'.repeat(100_000) });
  const { log, memory } = grid.stats();
  expect(log.bytes).toBeGreaterThan(first);
  expect(log.bytes).toBeLessThanOrEqual(1.5 * 2 ** 20);
  expect(memory.usedBytes - usedBytes).toBeGreaterThanOrEqual(log.bytes);
});

test('a durability or an amount that there is not is OPTION_INVALID', async () => {
  const refused = { code: 'OPTION_INVALID' };
  await expect(createGrid({ durability: 'always' as never })).rejects.toMatchObject(refused);
  await expect(createGrid({ retain: '1kB' })).rejects.toMatchObject(refused);
});
