/**
 * One writer replaces orders while 1,000 subscribers listen in the same process, 10 of whom match each event; then the same with a loop over all 1,000
 * filters in the place of subscriptions, and with nobody. A repetition ends when every event was taken.
 */
import { createGrid, defineType, type Grid } from 'weft';
import { collectGarbage } from '../harness/collect.ts';
import { watchOtherWork } from '../harness/other-work.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { makeOrders, type Order } from '../orders.ts';
import { orderColumns } from '../peers/order-columns.ts';
import { MATCHING, SUBSCRIBERS, subscribeCases } from './subscribe-local-cases.ts';

const ROWS = 100_000;
/** Writes of a repetition, in rounds over the rows. */
const WRITES = 300_000;
/** Writes in one turn of the event loop, as a server does that was sent several. */
const WRITES_PER_TURN = 200;
const SEED = 1;
const CUSTOMERS = SUBSCRIBERS / MATCHING;

const Stored = defineType('SubscribedOrder', orderColumns, { key: 'id' });

export async function runSubscribeLocal({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const orders = makeOrders(rows, SEED).map((order, i) => ({ ...order, customer: `c${i % CUSTOMERS}` }));
  const rates = { subscribed: [] as number[], naive: [] as number[], nobody: [] as number[] };
  const otherCores: number[] = [];
  // The first is for the compiler.
  for (let rep = -1; rep < reps; rep++) {
    const endWatch = watchOtherWork();
    const measured = {
      nobody: await withGrid(orders, (grid) => rateOf(grid, orders, () => true)),
      naive: await withGrid(orders, (grid) => naiveRate(grid, orders)),
      subscribed: await withGrid(orders, (grid) => subscribedRate(grid, orders)),
    };
    const others = endWatch();
    deadline.check();
    if (rep < 0) continue;
    if (others !== undefined) otherCores.push(others);
    for (const name of ['subscribed', 'naive', 'nobody'] as const) rates[name].push(measured[name]);
    say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
  }
  const label = `${rowsLabel(rows)} rows`;
  return {
    cases: subscribeCases(rates, label),
    rates: { [`subscribe-local, ${label}`]: rates },
    otherCores,
    notes: [
      `${WRITES} writes a repetition, each replacing a row; ${SUBSCRIBERS} subscribers with for await, each with a template of one customer, so that ${MATCHING} match each write.`,
      `A rate counts from the first write until the last event was taken; the writer gives up the turn after ${WRITES_PER_TURN} writes.`,
      'Every subscriber must have taken exactly its events, in the order of the writes.',
      `The naive loop evaluates ${SUBSCRIBERS} compiled functions for each write, in the turn of the write, and calls back; it keeps no order over restarts, no positions and no rows as they were.`,
    ],
  };
}

async function withGrid(orders: readonly Order[], run: (grid: Grid) => Promise<number>): Promise<number> {
  const grid = await createGrid({ types: [Stored], partitions: 1 });
  try {
    await grid.space(Stored).writeMany(orders);
    collectGarbage();
    return await run(grid);
  } finally {
    await grid.close();
  }
}

/** Writes a second; `isDone`: whether all was taken. */
async function rateOf(
  grid: Grid,
  orders: readonly Order[],
  isDone: () => boolean,
  onWrite: (order: Order) => void = () => undefined,
): Promise<number> {
  const local = grid.local(Stored);
  const startMs = performance.now();
  for (let next = 0; next < WRITES;) {
    for (const end = Math.min(WRITES, next + WRITES_PER_TURN); next < end; next++) {
      const order = orders[next % orders.length]!;
      local.write(order);
      onWrite(order);
    }
    await turn();
  }
  while (!isDone()) await turn();
  return WRITES / ((performance.now() - startMs) / 1000);
}

async function subscribedRate(grid: Grid, orders: readonly Order[]): Promise<number> {
  const space = grid.space(Stored);
  const expected = WRITES * MATCHING;
  let taken = 0;
  let faults = 0;
  const subscriptions = Array.from({ length: SUBSCRIBERS }, (_, i) => {
    const customer = `c${i % CUSTOMERS}`;
    const subscription = space.subscribe({ customer });
    const listen = async (): Promise<void> => {
      let lsn = 0;
      for await (const event of subscription) {
        if (event.type !== 'update' || event.after.customer !== customer || event.lsn <= lsn) faults++;
        else lsn = event.lsn;
        taken++;
      }
    };
    void listen();
    return subscription;
  });
  const rate = await rateOf(grid, orders, () => taken >= expected);
  for (const subscription of subscriptions) subscription.close();
  if (taken !== expected || faults > 0) throw new Error(`${taken} events of ${expected}, ${faults} of them wrong`);
  return rate;
}

function naiveRate(grid: Grid, orders: readonly Order[]): Promise<number> {
  let taken = 0;
  const listeners = Array.from({ length: SUBSCRIBERS }, (_, i) => {
    const customer = `c${i % CUSTOMERS}`;
    return { matches: (order: Order) => order.customer === customer, tell: () => taken++ };
  });
  const tellAll = (order: Order): void => {
    for (const { matches, tell } of listeners) if (matches(order)) tell();
  };
  return rateOf(grid, orders, () => taken === WRITES * MATCHING, tellAll);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
