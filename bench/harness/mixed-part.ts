/** A process of the suite `mixed-load`: one that gets and puts, or one that loads and finds in bulk meanwhile. */
import { connect, defineType, t } from 'weft';
import { makeOrders, reviseOrders, sameOrder, type Order } from '../orders.ts';
import { orderColumns } from '../peers/order-columns.ts';
import { expose } from './exposed.ts';
import { eachInFlight, inFlight, type Flown } from './in-flight.ts';
import { openLoop, type OpenLoop } from './open-loop.ts';

const Orders = defineType('MixedOrder', orderColumns, { key: 'id' });
const Bulk = defineType('BulkOrder', { ...orderColumns, quantity: t.int32() }, { key: 'id' });
const FILLING = 512;
/** Rows of one bulk load, which replaces them over and over. */
const LOAD_ROWS = 10_000;

let close: () => Promise<void> = () => Promise.resolve();
let step: (at: number) => Promise<unknown> = () => Promise.reject(new Error('not open'));
let loadAndFind: () => { readonly loads: () => Promise<unknown>; readonly finds: () => Promise<number> };
let isStopped = false;

export type MixedCalls = typeof calls;
export type BulkWork = { readonly loaded: number; readonly found: number; readonly seconds: number };

const calls = expose({
  async open(url: string, rows: number): Promise<void> {
    const grid = await connect(url, { types: [Orders, Bulk] });
    close = () => grid.close();
    const orders = makeOrders(rows, 1);
    const space = grid.space(Orders);
    const versions = [orders, reviseOrders(orders, 3)] as const;
    // A get and a put in turn, each over all rows: keys go round with a stride, and each round has another version of them.
    step = async (at) => {
      const turn = at >> 1;
      const row = (turn * 7919) % rows;
      if (at % 2 === 1) return space.write(versions[Math.floor(turn / rows) & 1]![row]!);
      const order = await space.get(orders[row]!.id);
      if (order === undefined || !versions.some((version) => sameOrder(order as Order, version[row]!)))
        throw new Error(`${orders[row]!.id} is lost or changed`);
      return order;
    };
    await eachInFlight(FILLING, rows, (at) => space.write(orders[at]!));
    const bulk = grid.space(Bulk);
    const load: Order[] = makeOrders(LOAD_ROWS, 2);
    loadAndFind = () => ({
      loads: () => bulk.writeMany(load),
      finds: async () => {
        let found = 0;
        for await (const order of space.find()) found += order.flags < 0 ? 0 : 1;
        return found;
      },
    });
  },

  /** The most that there is: calls in a closed loop. */
  peak: (loops: number, durationMs: number): Promise<Flown> => inFlight(loops, durationMs, step),

  steady: (perSecond: number, durationMs: number): Promise<OpenLoop> => openLoop(perSecond, durationMs, step),

  /** Loads and finds, one of each at a time, until `stop`. */
  async bulk(): Promise<BulkWork> {
    isStopped = false;
    const { loads, finds } = loadAndFind();
    const startMs = performance.now();
    let loaded = 0;
    let found = 0;
    const load = async (): Promise<void> => {
      for (; !isStopped; loaded += LOAD_ROWS) await loads();
    };
    const find = async (): Promise<void> => {
      while (!isStopped) found += await finds();
    };
    await Promise.all([load(), find()]);
    return { loaded, found, seconds: (performance.now() - startMs) / 1000 };
  },

  stop(): void {
    isStopped = true;
  },

  close: () => close(),
});
