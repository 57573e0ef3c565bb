/** Random writes, and subscribers that come, lag, leave and go on, against a naive model: no gap, no duplicate, each partition in order. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrid, type Grid } from 'weft';
import { filters, History, Item, type Row } from './history.ts';
import { Listener } from './listener.ts';
import { Member, type Group } from './member.ts';

const RUNS = Math.min(Number(process.env['WEFT_RUNS'] ?? 75), 3000);
const IDS = 8;

const id = fc.nat(IDS - 1).map((n) => `i${n}`);
const row: fc.Arbitrary<Row> = fc.record({ id, group: fc.constantFrom('a', 'b', 'c'), n: fc.nat(9) });
const write = fc.oneof(
  fc.record({ do: fc.constant('write' as const), row, isAwaited: fc.boolean() }),
  fc.record({ do: fc.constant('update' as const), id, n: fc.nat(9) }),
  fc.record({ do: fc.constant('delete' as const), id }),
  fc.record({ do: fc.constant('many' as const), rows: fc.array(row, { maxLength: 6 }), isWhole: fc.boolean() }),
  // In which order many rows change or go is the table's affair: here it is one.
  fc.record({ do: fc.constantFrom('change' as const, 'deleteMany' as const), id, group: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constant('clear' as const) }),
);
const who = fc.nat(20);
const act = fc.oneof(
  { arbitrary: write, weight: 12 },
  {
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      filter: fc.constantFrom(...filters),
      overflow: fc.constantFrom('block' as const, 'block' as const, 'dropOldest' as const, 'fail' as const),
      buffer: fc.integer({ min: 1, max: 6 }),
      isInitial: fc.boolean(),
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ do: fc.constant('take' as const), who, count: fc.integer({ min: 1, max: 5 }) }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('leave' as const), who }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('come back' as const), who }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('restart' as const) }), weight: 1 },
);

type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

async function apply(grid: Grid, history: History, step: Write): Promise<void> {
  const items = grid.space(Item);
  const local = grid.local(Item);
  const { rows } = history;
  switch (step.do) {
    case 'write':
      if (step.isAwaited) await items.write(step.row);
      else local.write(step.row);
      history.put(step.row);
      return;
    case 'update': {
      local.update(step.id, { n: step.n });
      const before = rows.get(step.id);
      if (before !== undefined) history.put({ ...before, n: step.n });
      return;
    }
    case 'delete':
      local.delete(step.id);
      history.remove(step.id);
      return;
    case 'many':
      local.writeMany(step.rows, step.isWhole ? { onError: 'all' } : {});
      for (const each of step.rows) history.put(each);
      return;
    case 'change':
    case 'deleteMany': {
      const { id: one, group } = step;
      if (step.do === 'change') local.change({ id: one, group }, (c) => c.set('n', 5));
      else local.deleteMany({ id: one, group });
      const before = rows.get(one);
      if (before?.group !== group) return;
      if (step.do === 'change') history.put({ ...before, n: 5 });
      else history.remove(one);
      return;
    }
    case 'clear':
      local.clear();
      history.clear();
  }
}

async function play(
  partitions: number,
  acts: readonly (typeof act extends fc.Arbitrary<infer T> ? T : never)[],
  dataDir?: string,
) {
  const kept = dataDir === undefined ? {} : ({ dataDir, durability: 'async' } as const);
  let grid = await createGrid({ types: [Item], partitions, segmentBytes: 16 << 20, ...kept });
  const history = new History(partitions);
  const listeners: Listener[] = [];
  const at = (n: number): Listener | undefined => listeners[n % Math.max(1, listeners.length)];
  try {
    for (const step of acts) {
      if (step.do === 'open') {
        const listener = new Listener(step, history, partitions);
        await listener.open(grid);
        listeners.push(listener);
      } else if (step.do === 'take') await at(step.who)?.take(step.count);
      else if (step.do === 'leave') await at(step.who)?.close();
      else if (step.do === 'come back') {
        const listener = at(step.who);
        if (listener?.isOpen === false) await listener.open(grid);
      } else if (step.do !== 'restart') await apply(grid, history, step);
      else if (dataDir !== undefined) {
        for (const listener of listeners) await listener.close();
        await grid.close();
        grid = await createGrid({ types: [Item], segmentBytes: 16 << 20, ...kept });
      }
    }
    // One at a time, so that the grid can say whether it is behind.
    for (const listener of listeners) await listener.close();
    for (const listener of listeners) await listener.finish(grid);
    const none = { subscribers: 0, behind: 0, bufferedEvents: 0, bufferedBytes: 0 };
    await expect.poll(() => grid.stats().events, { interval: 1, timeout: 20_000 }).toMatchObject(none);
  } finally {
    await grid.close();
  }
}

const acts = fc.array(act, { minLength: 10, maxLength: 60 });

test.each([1, 3])(
  'subscribers over %i partition(s) hear of all that happens, once and in order',
  async (partitions) => {
    await fc.assert(
      fc.asyncProperty(acts, (steps) => play(partitions, steps)),
      { numRuns: RUNS },
    );
  },
  600_000,
);

test('they go on after restarts of the process', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (steps) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'weft-events-'));
      try {
        await play(2, steps, dataDir);
      } finally {
        rmSync(dataDir, { recursive: true });
      }
    }),
    { numRuns: Math.ceil(RUNS / 5) },
  );
}, 600_000);

const groupAct = fc.oneof(
  { arbitrary: write, weight: 8 },
  { arbitrary: fc.record({ do: fc.constant('join' as const) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('take' as const), who, count: fc.integer({ min: 1, max: 5 }) }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('commit' as const), who }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('leave' as const), who }), weight: 1 },
);

test('members of a group together hear of everything, and of nothing again that was committed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(groupAct, { minLength: 10, maxLength: 60 }), async (steps) => {
      const partitions = 4;
      const grid = await createGrid({ types: [Item], partitions, segmentBytes: 16 << 20 });
      const history = new History(partitions);
      const group: Group = { told: [], committed: Array.from({ length: partitions }, () => 0), shares: 0 };
      const members: Member[] = [await Member.join(grid, group)];
      const at = (n: number): Member => members[n % members.length]!;
      try {
        for (const step of steps) {
          if (step.do === 'join') members.push(await Member.join(grid, group));
          else if (step.do === 'take') await at(step.who).take(step.count);
          else if (step.do === 'commit') await at(step.who).commit();
          else if (step.do === 'leave' && members.length > 1)
            await members.splice(step.who % members.length, 1)[0]!.leave(grid, members.length);
          else if (step.do !== 'leave') await apply(grid, history, step);
        }
        const lsnsOf = (partition: number): Set<number> =>
          new Set(group.told.flatMap((told) => (told.partition === partition ? [told.lsn] : [])));
        const toldOf = (partition: number): number => history.heard(filters[0]!, 0, partition).length;
        const all = Array.from({ length: partitions }, (_, partition) => partition);
        const isMissing = (): boolean => all.some((partition) => lsnsOf(partition).size < toldOf(partition));
        const untilMs = Date.now() + 20_000;
        for (let taken = 1; taken > 0 || (isMissing() && Date.now() < untilMs);) {
          taken = 0;
          for (const member of members) taken += await member.take(16);
        }
        for (const partition of all) expect(lsnsOf(partition).size).toBe(toldOf(partition));
      } finally {
        await grid.close();
      }
    }),
    { numRuns: RUNS },
  );
}, 600_000);
