/**
 * What a store must offer to take part in the `embedded` suite: a thin layer over the store's own
 * fastest ordinary calls, so that the loop measures the store and not the layer.
 */
import type { Order } from '../orders.ts';

/** Calls as their users make them: a promise, or the value itself where the store answers at once. */
export type PointCalls = {
  /** The whole row as an object with the ten fields, or undefined. */
  get(id: string): Promise<Order | undefined> | Order | undefined;
  /** Writes the whole row, replacing one with the same id. */
  put(order: Order): unknown;
  /** Sets the symbol, which is indexed, of the row with this id. */
  update(id: string, symbol: string): unknown;
};

/** The same calls where no promise is made: what code on the host itself uses. */
export type SyncPointCalls = Omit<PointCalls, 'get'> & {
  get(id: string): Order | undefined;
};

export type PointStore = {
  /** Unique in a run, with version and way of calling: it becomes `peerName`. */
  readonly name: string;
  readonly awaited: PointCalls;
  /** Left out where the store has no synchronous form. */
  readonly sync?: SyncPointCalls;
  /** Fills the empty store; not measured here (the `load` suite does that). */
  load(orders: readonly Order[]): Promise<void>;
  count(): Promise<number>;
  /** Rows with this symbol, by the secondary index where there is one. */
  countSymbol(symbol: string): Promise<number>;
  /** Upkeep between repetitions that a careful user would do (vacuum, checkpoint). */
  rest?(): Promise<void>;
  close(): Promise<void>;
};
