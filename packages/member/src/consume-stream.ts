import { WeftError } from '@weft/base';
import type { Consumer, DeadLetter, Delivery } from '@weft/client';
import { foreignSchema, type AnyType } from '@weft/data';
import { writeDelivery, type ColumnsForm, type FrameWriter, type SentDelivery, type SentLetter } from '@weft/protocol';
import type { RequestContext } from './context.ts';
import type { ItemSource } from './item-stream.ts';
import { whereOf } from './plans.ts';

/** Dead letters of one consumer that wait for its process; others stay where `deadLetters` finds them. */
export const LETTERS_WAITING_MAX = 1000;
/** Deliveries that a consumer may ask for ahead of those that it was given. */
const WANTED_MAX = 10_000;
/** Deliveries past which those are looked for that are not held any more. */
const KNOWN_MAX = 2000;

type Args = Readonly<Record<string, unknown>>;
type Item = Omit<SentDelivery, 'leftMs'> | SentLetter;

/** Rows that a consumer is handed out, one for each that it asks for: what it was given counts as tried. */
export function consumedRows(context: RequestContext, args: Args): ItemSource<object> {
  return new ConsumedRows(context, args);
}

class ConsumedRows implements ItemSource<Item> {
  readonly isEndless = true;
  readonly #context: RequestContext;
  readonly #type: AnyType;
  readonly #form: ColumnsForm;
  readonly #consumer: Consumer<AnyType>;
  /** What is held, by number. */
  readonly #deliveries = new Map<number, Delivery<AnyType>>();
  readonly #letters = new Map<number, Letter>();
  #number = 0;
  /** Deliveries that were asked for, and given, since the beginning. */
  #wanted: number;
  #given = 0;
  #isPending = false;
  #ready: Item[] = [];
  #end: { readonly error: unknown } | 'done' | undefined;
  #look: Look | undefined;

  constructor(context: RequestContext, { where, options, deadLetter, wanted }: Args) {
    const { type, form, space } = context.types.of(context.type);
    this.#context = context;
    this.#type = type;
    this.#form = form.whole;
    this.#wanted = checkWanted(wanted, 0);
    this.#consumer = space.consume(whereOf(where), {
      ...(options as object),
      ...(deadLetter !== undefined && { deadLetter: this.#box(deadLetter) }),
    });
  }

  next(most: number): Promise<readonly Item[] | undefined> {
    return new Promise((resolve, reject) => {
      this.#look = { most, resolve, reject };
      this.#goOn();
    });
  }

  write(frame: FrameWriter, item: Item): void {
    const { clock } = this.#context.host;
    const sent = 'reason' in item ? item : { ...item, leftMs: Math.max(0, item.expiresAtMs - clock.wallMs()) };
    writeDelivery(frame, this.#form, sent);
  }

  async ask(verb: string, args: Args): Promise<unknown> {
    switch (verb) {
      case 'want':
        this.#wanted = checkWanted(args['count'], this.#given);
        return this.#goOn();
      case 'ack':
        return this.#settle(args, (delivery) => delivery.ack());
      case 'nack':
        return this.#settle(args, (delivery) => delivery.nack(args['options'] as object));
      case 'renew':
        return this.#renew(args);
      case 'buried':
        return this.#buried(args);
      default:
        throw new WeftError('OPTION_INVALID', `${verb} is nothing that a consumer does.`);
    }
  }

  close(): void {
    void this.#consumer.return!();
    for (const { reject } of this.#letters.values()) reject(new Error('the consumer is gone'));
    this.#letters.clear();
    this.#deliveries.clear();
  }

  #goOn(): void {
    const look = this.#look;
    if (look === undefined) return;
    if (this.#ready.length > 0) {
      this.#look = undefined;
      look.resolve(this.#ready.splice(0, look.most));
    } else if (this.#end !== undefined) {
      this.#look = undefined;
      if (this.#end === 'done') look.resolve(undefined);
      else look.reject(this.#end.error);
    } else if (!this.#isPending && this.#given < this.#wanted) void this.#hold();
  }

  async #hold(): Promise<void> {
    this.#isPending = true;
    try {
      const { done, value } = await this.#consumer.next();
      if (done === true) this.#end = 'done';
      else this.#give(value);
    } catch (error) {
      this.#end = { error };
    }
    this.#isPending = false;
    this.#goOn();
  }

  #give(delivery: Delivery<AnyType>): void {
    const number = ++this.#number;
    this.#given++;
    if (this.#deliveries.size >= KNOWN_MAX) this.#forgetLost();
    this.#deliveries.set(number, delivery);
    this.#ready.push({ number, row: delivery.row, tries: delivery.tries, expiresAtMs: expiryOf(delivery) ?? 0 });
  }

  #forgetLost(): void {
    for (const [number, delivery] of this.#deliveries)
      if (expiryOf(delivery) === undefined) this.#deliveries.delete(number);
  }

  async #settle(args: Args, settle: (delivery: Delivery<AnyType>) => Promise<void>): Promise<void> {
    const delivery = this.#delivery(args);
    try {
      await settle(delivery);
      this.#deliveries.delete(args['delivery'] as number);
    } catch (error) {
      if (WeftError.is(error, 'LEASE_LOST')) this.#deliveries.delete(args['delivery'] as number);
      throw error;
    }
  }

  /** Until when it is held now, and how long that is. */
  async #renew(args: Args): Promise<readonly number[]> {
    const delivery = this.#delivery(args);
    await delivery.renew(args['lease'] as never);
    const expiresAtMs = delivery.expiresAt.getTime();
    return [expiresAtMs, Math.max(0, expiresAtMs - this.#context.host.clock.wallMs())];
  }

  #delivery({ delivery: number }: Args): Delivery<AnyType> {
    const delivery = this.#deliveries.get(number as number);
    if (delivery !== undefined) return delivery;
    const { name } = this.#type;
    throw new WeftError('LEASE_LOST', `${name}: the row of this delivery is not held any more.`, {
      details: { type: name },
    });
  }

  /** Where letters go: a type of this grid, or a function in the consumer's process. */
  #box(deadLetter: unknown): AnyType | ((letter: DeadLetter<AnyType>) => Promise<void>) {
    if (deadLetter !== 'ask') {
      const schema = foreignSchema(String(deadLetter));
      return { name: schema.name, schema } as AnyType;
    }
    return ({ row, tries, reason, at }) =>
      new Promise((resolve, reject) => {
        if (this.#letters.size >= LETTERS_WAITING_MAX) return reject(new Error('too many letters wait'));
        const number = ++this.#number;
        this.#letters.set(number, { resolve, reject });
        this.#ready.push({ number, row, tries, reason, atMs: at.getTime() });
        this.#goOn();
      });
  }

  #buried({ letter: number, isDone }: Args): void {
    const letter = this.#letters.get(number as number);
    this.#letters.delete(number as number);
    if (isDone === true) letter?.resolve();
    else letter?.reject(new Error('the function failed'));
  }
}

function checkWanted(count: unknown, given: number): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= given + WANTED_MAX) return count;
  throw new WeftError('OPTION_INVALID', `A consumer asks for ${WANTED_MAX} deliveries at most.`);
}

/** undefined where it is not held any more. */
function expiryOf(delivery: Delivery<AnyType>): number | undefined {
  try {
    return delivery.expiresAt.getTime();
  } catch {
    return undefined;
  }
}

interface Letter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Look {
  readonly most: number;
  readonly resolve: (items: readonly Item[] | undefined) => void;
  readonly reject: (error: unknown) => void;
}
