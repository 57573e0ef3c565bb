import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Everything, insertRow, rows, testLog } from '../log.fixture.ts';
import { readRecord } from './read-record.ts';
import { DamagedRecord } from './record-reader.ts';

test('whatever bytes a record has, reading it ends with a record or with DamagedRecord', () => {
  fc.assert(
    fc.property(
      rows,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      (row, flips, cut) => {
        const { log } = testLog();
        insertRow(log, Everything, row);
        const place = log.ring.reader(1)!.next(log.lsn)!;
        const bytes = place.bytes.slice(place.start, place.end);
        for (const [at, value] of flips) bytes[at % bytes.length] = value;
        const end = cut % 3 === 0 ? cut % bytes.length : bytes.length;
        try {
          readRecord(bytes, 0, end, log.types);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedRecord);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
