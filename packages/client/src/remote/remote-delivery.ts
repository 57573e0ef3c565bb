import { WeftError, type Duration } from '@weft/base';
import type { AnyType, RowOf } from '@weft/data';
import type { SentDelivery } from '@weft/protocol';
import type { Host } from '../host.ts';
import { leaseMsOf, nackSettings } from '../queue/consume-options.ts';
import type { Delivery, NackOptions } from '../queue/queue-api.ts';

export interface RemoteDeliveryParts {
  readonly type: AnyType;
  readonly sent: SentDelivery;
  /** Until when it is held, by the monotonic clock of this process: that of the host may say another time. */
  readonly untilMs: number;
  readonly host: Host;
  /** Asks something of its consumer at the host. */
  readonly ask: (verb: 'ack' | 'nack' | 'renew', of: object) => Promise<unknown>;
}

/** A row that was handed out to this process by another. */
export class RemoteDelivery implements Delivery<AnyType> {
  readonly row: RowOf<AnyType>;
  readonly tries: number;
  readonly #parts: RemoteDeliveryParts;
  #expiresAtMs: number;
  #untilMs: number;
  #isLost = false;

  constructor(parts: RemoteDeliveryParts) {
    const { row, tries, expiresAtMs } = parts.sent;
    this.#parts = parts;
    this.row = row as RowOf<AnyType>;
    this.tries = tries;
    this.#expiresAtMs = expiresAtMs;
    this.#untilMs = parts.untilMs;
  }

  get expiresAt(): Date {
    if (this.#isLost || this.#parts.host.clock.monotonicMs() >= this.#untilMs) throw this.#lost();
    return new Date(Math.floor(this.#expiresAtMs));
  }

  async ack(): Promise<void> {
    await this.#settle('ack', {});
  }

  async nack(options?: NackOptions): Promise<void> {
    const { delayMs, reason } = nackSettings(`${this.#parts.type.name}: nack`, options);
    await this.#settle('nack', { options: { delay: delayMs, reason } });
  }

  async renew(lease?: Duration): Promise<void> {
    const leaseMs = lease === undefined ? undefined : leaseMsOf(`${this.#parts.type.name}: renew`, lease);
    const [expiresAtMs, leftMs] = (await this.#ask('renew', { lease: leaseMs })) as [number, number];
    this.#expiresAtMs = expiresAtMs;
    this.#untilMs = this.#parts.host.clock.monotonicMs() + leftMs;
  }

  async #settle(verb: 'ack' | 'nack', of: object): Promise<void> {
    await this.#ask(verb, of);
    this.#isLost = true;
  }

  /** What is held ends with the session and the consumer: when they are gone, it is not held. */
  async #ask(verb: 'ack' | 'nack' | 'renew', of: object): Promise<unknown> {
    if (this.#isLost) throw this.#lost();
    try {
      return await this.#parts.ask(verb, { ...of, delivery: this.#parts.sent.number });
    } catch (error) {
      if (WeftError.is(error, 'LEASE_LOST')) this.#isLost = true;
      if (!WeftError.is(error, 'UNREACHABLE') && !WeftError.is(error, 'CLOSED')) throw error;
      this.#isLost = true;
      throw this.#lost(error);
    }
  }

  #lost(cause?: unknown): WeftError {
    const { type } = this.#parts;
    const { name } = type;
    return new WeftError('LEASE_LOST', `${name}: the row of this delivery is not held any more.`, {
      details: { type: name },
      ...(cause !== undefined && { cause }),
    });
  }
}
