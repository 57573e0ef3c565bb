import { expect, test } from 'vitest';
import { RecordRing } from './record-ring.ts';

const RECORD_BYTES = 48;

/** Adds a record of so many bytes: its length, and the lsn, which is all that a ring looks at. */
function add(ring: RecordRing, lsn: number, bytes = RECORD_BYTES): void {
  const target = ring.begin(bytes);
  target.view.setUint32(target.at, bytes, true);
  target.view.setUint32(target.at + 16, lsn, true);
  target.view.setUint32(target.at + 20, 0, true);
  target.at += bytes;
  ring.end(target, lsn, lsn);
}

function ringOf(records: number): RecordRing {
  const ring = new RecordRing(1 << 20);
  for (let lsn = 1; lsn <= records; lsn++) add(ring, lsn);
  return ring;
}

test('a run is all records there are, where they have room', () => {
  const ring = ringOf(10);
  const reader = ring.reader(0)!;
  expect(reader.run(1 << 20)).toMatchObject({ start: 0, end: 10 * RECORD_BYTES });
  expect(reader.run(1 << 20)).toBeUndefined();
  add(ring, 11);
  expect(reader.run(1 << 20)).toMatchObject({ start: 10 * RECORD_BYTES, end: 11 * RECORD_BYTES });
});

test('a run ends at a record, within its bound, and the next goes on there', () => {
  const reader = ringOf(10).reader(0)!;
  expect(reader.run(3 * RECORD_BYTES + 1)).toMatchObject({ start: 0, end: 3 * RECORD_BYTES });
  expect(reader.run(RECORD_BYTES)).toMatchObject({ start: 3 * RECORD_BYTES, end: 4 * RECORD_BYTES });
});

test('a run has one record at least, however little it may have', () => {
  const reader = ringOf(2).reader(0)!;
  expect(reader.run(0)).toMatchObject({ start: 0, end: RECORD_BYTES });
});

test('a run begins behind the position of its reader', () => {
  expect(
    ringOf(10)
      .reader(4)!
      .run(1 << 20),
  ).toMatchObject({ start: 4 * RECORD_BYTES, end: 10 * RECORD_BYTES });
});

test('a run ends with the chunk that its records stand in', () => {
  const ring = new RecordRing(1 << 20);
  const perChunk = Math.floor((1 << 17) / RECORD_BYTES);
  for (let lsn = 1; lsn <= perChunk + 5; lsn++) add(ring, lsn);
  const reader = ring.reader(0)!;
  expect(reader.run(Infinity)!.end).toBe(perChunk * RECORD_BYTES);
  expect(reader.run(Infinity)).toMatchObject({ start: 0, end: 5 * RECORD_BYTES });
});
