import { Arena, defineType, Governor, t } from '@weft/data';
import { expect, test } from 'vitest';
import { testTable } from '../store.fixture.ts';
import { expectIndexesInStep } from './table.fixture.ts';

const numbers = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`v${at}`, t.float64().optional()]));
const Numbers = defineType('Numbers', { id: t.int32(), ...numbers }, { key: 'id' });

test('a limit that was lowered so far that less than a step is left of it refuses writes as a whole, and they go on after deletes', () => {
  const governor = new Governor({ limitBytes: 2 ** 31 });
  const made = testTable(Numbers, { arena: new Arena({ segmentBytes: 1 << 26, segmentsMax: 2, governor }) });
  governor.setLimit(40 << 20);
  let id = 0;
  const write = (): void => {
    made.write({ id, v0: 1 });
    id++;
  };
  expect(() => {
    for (;;) write();
  }).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT', details: expect.objectContaining({ limit: 'grid' }) }));
  expect(made.table.rowCount).toBe(id);
  for (let gone = 0; gone < 20_000; gone++) made.port.delete(gone);
  write();
  expect(made.port.get(id - 1)).toMatchObject({ id: id - 1, v0: 1 });
  expectIndexesInStep(made.table);
  made.port.clear();
});
