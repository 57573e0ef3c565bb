/** A process of the suite `overload`: users who ask at a rate of their own, whatever the host can do. */
import { connect, defineType } from 'weft';
import { makeOrders } from '../orders.ts';
import { orderColumns } from '../peers/order-columns.ts';
import { expose } from './exposed.ts';
import { eachInFlight, inFlight, type Flown } from './in-flight.ts';
import { openLoop, type OpenLoop } from './open-loop.ts';

const Orders = defineType('OverloadOrder', orderColumns, { key: 'id' });
const FILLING = 512;

let close: () => Promise<void> = () => Promise.resolve();
/** A count that reads all rows: the host works far longer for it than its client. */
let question: (timeoutMs?: number) => (at: number) => Promise<unknown>;

export type OverloadCalls = typeof calls;

const calls = expose({
  async open(url: string, rows: number, isFirst: boolean): Promise<void> {
    const grid = await connect(url, { types: [Orders] });
    close = () => grid.close();
    const space = grid.space(Orders);
    const orders = isFirst ? makeOrders(rows, 1) : [];
    await eachInFlight(FILLING, orders.length, (at) => space.write(orders[at]!));
    question = (timeoutMs) => {
      const limits = timeoutMs === undefined ? undefined : { timeout: timeoutMs };
      return async (at) => space.count((order) => order.quantity.gt(at % 5000).and(order.venue.ne('XV00')), limits);
    };
  },

  /** The most that there is: calls in a closed loop. */
  peak: (loops: number, durationMs: number): Promise<Flown> => inFlight(loops, durationMs, question()),

  /** So many a second, each of which must end within its timeout. */
  load: (perSecond: number, durationMs: number, timeoutMs: number): Promise<OpenLoop> =>
    openLoop(perSecond, durationMs, question(timeoutMs)),

  close: () => close(),
});
