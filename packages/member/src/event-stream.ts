import { WeftError } from '@weft/base';
import { pollSubscription, type Subscription } from '@weft/client';
import type { AnyType } from '@weft/data';
import { EventForm, EventMark, type FrameWriter } from '@weft/protocol';
import type { RequestContext } from './context.ts';
import type { ItemSource } from './item-stream.ts';
import { whereOf } from './plans.ts';

/** How often a subscriber is told how far it is, where it has heard of nothing meanwhile. */
export const MARK_MS = 2000;

type Args = Readonly<Record<string, unknown>>;

/** Events of a subscription, and marks. */
export function subscribedEvents(context: RequestContext, args: Args): ItemSource<object> {
  return new SubscribedEvents(context, args);
}

class SubscribedEvents implements ItemSource<object> {
  /** Where it begins; undefined where it gives rows first. */
  readonly opened: unknown;
  readonly isEndless = true;
  readonly #context: RequestContext;
  readonly #events: Subscription<AnyType>;
  readonly #form: EventForm;
  /** Whether an event is waited for. */
  #isPending = false;
  /** What came while nobody asked. */
  #step: Step | undefined;
  #look: Look | undefined;
  #marked: string | undefined;
  #offMark: () => void = () => undefined;

  constructor(context: RequestContext, { where, options }: Args) {
    const { space, form } = context.types.of(context.type);
    this.#context = context;
    this.#form = new EventForm(form);
    this.#events = space.subscribe(whereOf(where), options as object);
    this.opened = this.#marked = this.#events.position;
    this.#markLater();
  }

  next(most: number): Promise<readonly object[] | undefined> {
    return new Promise((resolve, reject) => {
      this.#look = { resolve, reject, most };
      if (this.#step !== undefined) this.#came(this.#step);
      else if (!this.#isPending) this.#wait();
    });
  }

  /** It is one wait, however many marks are told meanwhile. */
  #wait(): void {
    this.#isPending = true;
    this.#events.next().then(
      (step) => this.#came(step),
      (error: Error) => this.#came({ error }),
    );
  }

  #came(step: Step): void {
    this.#isPending = false;
    const look = this.#look;
    this.#step = look === undefined ? step : undefined;
    if (look === undefined) return;
    this.#look = undefined;
    if ('error' in step) look.reject(step.error);
    else if (step.done === true) look.resolve(undefined);
    else look.resolve(this.#batch(step.value, look.most));
  }

  #batch(first: object, most: number): readonly object[] {
    const items = [this.#item(first)];
    while (items.length < most) {
      const event = pollSubscription(this.#events);
      if (event === undefined) break;
      items.push(this.#item(event));
    }
    return items;
  }

  write(frame: FrameWriter, event: object): void {
    this.#context.events.write(frame, event, this.#form);
  }

  async ask(verb: string, { position }: Args): Promise<void> {
    if (verb !== 'commit') throw new WeftError('OPTION_INVALID', `${verb} is nothing that a subscription does.`);
    await this.#events.commit(position as string);
  }

  close(): void {
    this.#offMark();
    this.#events.close();
  }

  #item(event: object): object {
    if ((event as { readonly type: string }).type !== 'live') return event;
    return new EventMark((this.#marked = this.#events.position!), true);
  }

  #markLater(): void {
    this.#offMark = this.#context.host.timers.after(
      MARK_MS,
      () => {
        this.#tellMark();
        this.#markLater();
      },
      'idle',
    );
  }

  /** While nothing is there to be told, all that was is on its way. */
  #tellMark(): void {
    const look = this.#look;
    if (look === undefined) return;
    const { position } = this.#events;
    if (position === undefined || position === this.#marked) return;
    this.#marked = position;
    this.#look = undefined;
    look.resolve([new EventMark(position, false)]);
  }
}

type Step = IteratorResult<object, undefined> | { readonly error: Error };

interface Look {
  readonly resolve: (items: readonly object[] | undefined) => void;
  readonly reject: (error: Error) => void;
  readonly most: number;
}
