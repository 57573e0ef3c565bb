import { resolveWhere, type AnyType, type ChangeFeed, type ConvertRow, type TypeSchema } from '@weft/data';
import { runsOf } from '../answers.ts';
import type { Call } from '../call.ts';
import type { Pace } from '../drive.ts';
import type { Router } from '../router.ts';
import type { SubscribeOptions, Subscription } from './events.ts';
import { initialEvents } from './initial-events.ts';
import { OpenSubscription } from './open-subscription.ts';
import { subscribeOptions } from './subscribe-options.ts';

/** Where the changes of one type come from. */
export interface Changes {
  readonly feed: ChangeFeed;
  /** How rows of another declaration of the type look by this one. Throws DECLARATION_OUTDATED. */
  convertFrom(schema: TypeSchema): ConvertRow;
}

/** What `subscribe` of one type runs with. */
export interface SubscribeParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly changes: Changes;
  readonly pace: Pace;
}

/**
 * Opens a subscription, from this very moment on.
 * Throws OPTION_INVALID, PREDICATE_INVALID, COLUMN_UNKNOWN, VALUE_INVALID, POSITION_TRUNCATED, SUBSCRIBER_LIMIT.
 */
export function subscribe(
  { type, router, changes, pace }: SubscribeParts,
  filter: unknown,
  options: SubscribeOptions | undefined,
  begin: () => Call,
): Subscription<AnyType> {
  const asked = subscribeOptions(type, options);
  const where = resolveWhere(type, filter);
  const call = begin();
  const reader = changes.feed.open({
    schema: type.schema,
    where,
    convertFrom: (schema) => changes.convertFrom(schema),
    ...asked,
  });
  const initial = (onBegin: () => void) => initialEvents(router, where, runsOf(pace), onBegin);
  return new OpenSubscription({ reader, call, pace, initial: asked.start === 'later' ? initial : undefined });
}
