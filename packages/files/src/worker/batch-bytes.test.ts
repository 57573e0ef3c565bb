import { expect, test } from 'vitest';
import type { FileBatch } from '../batch/file-batch.ts';
import { START } from '../batch/position.ts';
import { bytesOfBatch } from './batch-bytes.ts';

function batchOf(data: ArrayLike<unknown>, values?: readonly unknown[]): FileBatch {
  const none = new Uint32Array(0);
  return {
    rows: data.length,
    columns: [{ ordinal: 0, data, values }],
    rejects: [],
    records: data.length,
    end: START,
    places: { from: START, starts: none, ends: none, lines: none, records: none, bytes: new Uint8Array(100) },
  };
}

test('a batch has the bytes of its numbers, texts and of the file that it holds', () => {
  expect(bytesOfBatch(batchOf(new Int32Array(10)))).toBe(140);
  expect(bytesOfBatch(batchOf(['a'.repeat(500), undefined]))).toBe(100 + 2 * 16 + 1000);
  expect(bytesOfBatch(batchOf(new Uint16Array(4), ['a'.repeat(500)]))).toBe(100 + 8 + 16 + 1000);
  expect(bytesOfBatch(batchOf([new Uint8Array(700)]))).toBe(100 + 16 + 700);
});

test('values of unknown size count as large ones, so that few of their batches lie ready', () => {
  expect(bytesOfBatch(batchOf([{ deep: {} }, [1, 2]]))).toBeGreaterThan(4000);
});
