import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { insertRow, testLog } from '../log.fixture.ts';
import type { RingPlace } from '../ring/record-ring.ts';
import { OlderPass } from './older-pass.ts';

const Pair = defineType('Pair', { id: t.int32(), n: t.int32().optional() }, { key: 'id' });

test('several who wait for older records are shown all of them', async () => {
  const { log } = testLog();
  log.declare(Pair.schema);
  const before = log.ring.reader(log.lsn)!;
  const lsns = [1, 2, 3].map((id) => insertRow(log, Pair, [id, 1]));
  const places: RingPlace[] = lsns.map((lsn) => ({ ...before.next(lsn)! }));
  const reader = {
    next: () => Promise.resolve(places.length > 0 ? [places.shift()!] : undefined),
    close: () => undefined,
  };
  const pass = new OlderPass(reader, [log]);
  const seen: number[] = [];
  while (!pass.isOver) {
    // A member that is given other partitions waits once more, while the wait before goes on.
    await Promise.all([pass.more(), pass.more()]);
    pass.step('Pair', ({ lsn }) => seen.push(lsn) > 0);
  }
  expect(seen).toEqual(lsns);
});
