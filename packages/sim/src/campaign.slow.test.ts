import { expect, test } from 'vitest';
import { runSeeds } from './campaign.ts';
import { FAULT_KINDS } from './load/faults.ts';

const SEEDS = process.env['WEFT_LONG'] === '1' ? 60 : 30;

test('every kind of fault and of work happens, and the network does all that it may do to bytes and connections', async () => {
  const { faults, network, operations } = await runSeeds({ from: 1, seeds: SEEDS, isTimeUp: () => false });
  expect([...faults.keys()].toSorted()).toEqual([...FAULT_KINDS].toSorted());
  expect([...network.keys()].toSorted()).toEqual([
    'connected-again',
    'held',
    'lost-dial',
    'overtaken',
    'slow',
    'split',
  ]);
  expect([...operations.keys()]).toEqual(expect.arrayContaining(['group-event', 'group-event-again', 'group-commit']));
  for (const [kind, count] of [...faults, ...network, ...operations])
    expect({ kind, isThere: count > 0 }).toEqual({ kind, isThere: true });
});
