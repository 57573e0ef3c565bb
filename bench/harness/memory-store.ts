import type { Order } from '../orders.ts';

/** What a store holds at one moment, both over its empty self. */
export type Held = {
  /** By the store's own account. */
  readonly ownBytes: number;
  /** Growth of the resident memory of its process. */
  readonly residentBytes: number;
};

/** A store of the `memory` suite, alone in its process. */
export type MemoryStore = {
  /** With version and way of keeping an order. */
  readonly name: string;
  load(orders: readonly Order[]): Promise<void>;
  held(): Promise<Held>;
  count(): Promise<number>;
  /** The order with this id, as it was loaded. */
  get(id: string): Promise<Order | undefined>;
  close(): Promise<void>;
};
