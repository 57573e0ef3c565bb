import { expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { createGrid } from 'weft';

/* What the sequences of verbs.test.ts have found, shrunk, where the fault lay in no single file. */

test('bytes that replace an absent value are found by a range', async () => {
  const Blob = defineType('Blob', { id: t.int32(), bytes: t.bytes().optional() }, { key: 'id' });
  const grid = await createGrid({ types: [Blob] });
  const blobs = grid.local(Blob);
  blobs.write({ id: 1 });
  blobs.write({ id: 1, bytes: Uint8Array.of(1) });
  expect(blobs.count((r) => r.bytes.lt(Uint8Array.of(2)))).toBe(1);
  await grid.close();
});
