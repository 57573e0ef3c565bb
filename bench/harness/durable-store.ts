import type { Order } from '../orders.ts';

/** A store whose awaited writes outlast a loss of power. */
export type DurableStore = {
  /** Unique in a run, with version and way of writing. */
  readonly name: string;
  /** Resolves once the write is on disk. */
  write(order: Order): Promise<unknown>;
  /** As stored. */
  quantityOf(id: string): Promise<number | undefined>;
  close(): Promise<void>;
};

/** Opens a store in an empty directory. */
export type DurableWay = (directory: string) => Promise<DurableStore>;
