import { WeftError, type Duration } from '@weft/base';
import type { AnyType, Holding, RowOf, Source } from '@weft/data';
import { leaseMsOf, nackSettings } from './consume-options.ts';
import type { Delivery, NackOptions } from './queue-api.ts';

export interface DeliveryParts {
  readonly type: AnyType;
  readonly row: object;
  readonly holding: Holding;
  readonly source: Source;
  readonly leaseMs: number;
  /** The row is not held any more. */
  readonly onSettled: () => void;
}

/** A row that was handed out. What is done to it is done in the caller's turn; the promises tell when it is committed. */
export class HeldDelivery implements Delivery<AnyType> {
  readonly row: RowOf<AnyType>;
  readonly tries: number;
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.row = parts.row as RowOf<AnyType>;
    this.tries = parts.holding.tries;
  }

  get expiresAt(): Date {
    return new Date(Math.floor(this.#parts.holding.expiresAtMs));
  }

  async ack(): Promise<void> {
    this.#settle(() => this.#parts.holding.ack());
    await this.#parts.source.queue.saved();
  }

  async nack(options?: NackOptions): Promise<void> {
    const { delayMs, reason } = nackSettings(`${this.#parts.type.name}: nack`, options);
    this.#settle(() => this.#parts.holding.nack(delayMs, reason));
    await this.#parts.source.queue.saved();
  }

  async renew(lease?: Duration): Promise<void> {
    const { type, holding, leaseMs } = this.#parts;
    holding.renew(lease === undefined ? leaseMs : leaseMsOf(`${type.name}: renew`, lease));
  }

  /** Where the log takes nothing for now the row is held still, so that it can be tried again. */
  #settle(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (WeftError.is(error, 'LEASE_LOST')) this.#parts.onSettled();
      throw error;
    }
    this.#parts.onSettled();
  }
}
