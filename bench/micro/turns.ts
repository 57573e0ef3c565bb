/**
 * The longest turn of the event loop that each verb takes, on a large table: none should pass 2 ms.
 *
 *     node --conditions=source bench/micro/turns.ts [rows, 1,000,000 unless said otherwise] [part of the names to run]
 *
 * A turn is what happens between two callbacks of a probe that asks for every turn there is. "own" is the longest without the
 * collections of garbage that fell into it, "with gc" the longest as it was. Other work on the machine lengthens single turns:
 * the best of several runs counts where a verb can be run again.
 */
import { count, countDistinct, createGrid, distinct, max, sum } from 'weft';
import { OrderLine, orderLine } from './turns-table.ts';
import { TurnProbe, type Turns } from './turns-probe.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const only = process.argv[3] ?? '';
const grid = await createGrid({ types: [OrderLine] });
const lines = grid.space(OrderLine);
const local = grid.local(OrderLine);
const probe = new TurnProbe();

/** What `ask` makes is awaited where the measurement begins: the checks of a long list are the caller's own turn. */
type Case = readonly [name: string, ask: (() => PromiseLike<unknown>) | LazyCase];

interface LazyCase {
  readonly lazy: () => PromiseLike<unknown>;
}

const READS = 4;

const input = Array.from({ length: rows }, (_, id) => orderLine(id));
const keys = Array.from({ length: 100_000 }, (_, at) => (at * 7919) % rows);
const codes = keys.map((id) => orderLine(id).code);

const load: readonly Case[] = [
  ['writeMany of an array', () => lines.writeMany(input)],
  ['one write after another, each in a turn', () => oneByOne(2000)],
];

const reads: readonly Case[] = [
  ['count, kernel', () => lines.count((r) => r.qty.gt(5))],
  ['count, row by row', () => lines.count((r) => r.note.contains('7'))],
  ['count of an index, 1 in 20', () => lines.count({ region: 7 })],
  ['count of 100,000 keys', { lazy: () => lines.count((r) => r.id.in(keys)) }],
  ['count of 100,000 texts', { lazy: () => lines.count((r) => r.code.in(codes)) }],
  ['find of 2,000 keys', () => lines.find((r) => r.id.in(keys.slice(0, 2000)))],
  ['aggregate, kernel, whole', () => lines.aggregate({ select: { n: count(), total: sum('price'), last: max('at') } })],
  [
    'aggregate, kernel, by symbol',
    () => lines.aggregate({ by: ['symbol'], select: { n: count(), total: sum('qty') } }),
  ],
  ['aggregate, row by row, by note', () => lines.aggregate({ by: ['note'], select: { n: count() } })],
  [
    'aggregate by id, 200,000 groups',
    () =>
      lines.aggregate({
        by: ['id'],
        where: (r) => r.id.lt(200_000),
        select: { n: count() },
        orderBy: { id: 'desc' },
        limit: 10,
      }),
  ],
  ['aggregate by id, all groups, kernel', () => lines.aggregate({ by: ['id'], select: { n: count(), q: sum('qty') } })],
  [
    'aggregate by id, ordered, all groups',
    () => lines.aggregate({ by: ['id'], select: { n: count() }, orderBy: { id: 'desc' } }),
  ],
  [
    'aggregate by text, all groups, row by row',
    () => lines.aggregate({ by: ['code'], select: { n: count() }, limit: 5 }),
  ],
  ['aggregate, countDistinct of all numbers', () => lines.aggregate({ select: { n: countDistinct('id') } })],
  ['aggregate, countDistinct of all texts', () => lines.aggregate({ select: { n: countDistinct('code') } })],
  ['aggregate, distinct of all texts', () => lines.aggregate({ select: { n: distinct('code') } })],
  [
    'aggregate, countDistinct of 200,000 texts',
    () => lines.aggregate({ where: (r) => r.id.lt(200_000), select: { n: countDistinct('code') } }),
  ],
  ['find all, iterated', () => iterate()],
  ['find all, awaited, one column', () => lines.find({}, { select: ['id'] })],
  ['find ordered by text, all', () => iterate({ orderBy: { code: 'asc' } })],
  ['find ordered by number, first 10', () => lines.find({}, { orderBy: { price: 'desc' }, limit: 10 })],
  ['find ordered by number, first 4,000', () => lines.find({}, { orderBy: { price: 'desc' }, limit: 4000 })],
  ['find in the order of an index, first 1,000', () => lines.find({}, { orderBy: { at: 'desc' }, limit: 1000 })],
  ['find by index, 1 in 20', () => lines.find({ region: 7 })],
  [
    'find by range of an ordered index, 1 in 20',
    () => lines.find((r) => r.at.lt(new Date(Math.floor(rows / 20) * 1000))),
  ],
  ['getMany of 100,000 keys', () => lines.getMany(keys)],
  ['explain of a find', () => lines.find((r) => r.qty.gt(900)).explain()],
];

const changes: readonly Case[] = [
  ['change of a number, 1 in 20', () => lines.change({ region: 3 }, (c) => c.inc('qty', 1))],
  ['change of an indexed number, all', () => lines.change({}, (c) => c.inc('region', 1))],
  [
    'change of text, 1 in 2',
    () =>
      lines.change(
        (r) => r.qty.ge(500),
        (c) => c.set('note', 'changed'),
      ),
  ],
  ['writes over an open cursor', () => overCursor(20_000)],
  ['deleteMany, 1 in 20', () => lines.deleteMany({ region: 3 })],
  ['deleteMany, 1 in 2', () => lines.deleteMany((r) => r.qty.ge(500))],
  ['writeMany over freed space', () => lines.writeMany(input.slice(0, rows >> 1))],
  ['clear', () => lines.clear()],
  ['writeMany of an array again', () => lines.writeMany(input)],
  ['clear under an open cursor, then its end', () => clearUnderCursor()],
];

probe.printHeader(rows);
for (const [name, run] of [...load, ...reads, ...changes]) {
  // Everything but the load may be left out.
  if (!name.includes(only) && name !== load[0]![0]) continue;
  // Reads are run again, with code that is compiled, and the best of them counts: other work on the machine is not ours.
  const isRead = reads.some(([read]) => read === name);
  let best = await measured(run);
  for (let again = 1; again < (isRead ? READS : 1); again++) {
    const next = await measured(run);
    if (next.longestOwnMs < best.longestOwnMs) best = next;
  }
  probe.print(name, best);
}
await grid.close();

async function measured(ask: Case[1]): Promise<Turns> {
  if (typeof ask === 'function') return probe.measure(async () => ask());
  const answer = ask.lazy();
  return probe.measure(async () => answer);
}

/** The pages of a million rows go when the last that can see them has ended. */
async function clearUnderCursor(): Promise<void> {
  const cursor = lines.find()[Symbol.asyncIterator]();
  await cursor.next();
  await lines.clear();
  await new Promise(setImmediate);
  await cursor.return?.();
}

async function iterate(options?: { readonly orderBy: { readonly code: 'asc' } }): Promise<number> {
  let seen = 0;
  for await (const row of lines.find({}, { select: ['id', 'qty'], ...options })) if (row.qty > 3) seen++;
  return seen;
}

async function oneByOne(writes: number): Promise<void> {
  for (let at = 0; at < writes; at++) {
    local.write(orderLine(rows + at));
    await new Promise(setImmediate);
    // An aggregate may have no more groups than were loaded.
    local.delete(rows + at);
  }
}

/** Copies the pages that the cursor still sees. */
async function overCursor(writes: number): Promise<void> {
  const cursor = lines.find()[Symbol.asyncIterator]();
  await cursor.next();
  for (let at = 0; at < writes; at++) {
    local.update((at * 7919) % rows, { qty: at % 1000 });
    if (at % 64 === 0) await new Promise(setImmediate);
  }
  await cursor.return?.();
}
