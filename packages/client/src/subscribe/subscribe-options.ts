import { WeftError } from '@weft/base';
import { checkOptionNames, type AnyType, type FeedRequest, type Overflow } from '@weft/data';
import type { SubscribeOptions } from './events.ts';

export const BUFFER_EVENTS_DEFAULT = 1024;
export const BUFFER_EVENTS_MAX = 1_000_000;
/** UTF-16 units of the name of a consumer group. */
export const GROUP_NAME_MAX = 255;

const OVERFLOWS: readonly Overflow[] = ['block', 'dropOldest', 'fail'];

/** What the options mean. Throws OPTION_INVALID. */
export function subscribeOptions(
  { name }: AnyType,
  options: SubscribeOptions = {},
): Pick<FeedRequest, 'overflow' | 'bufferEvents' | 'group' | 'start'> {
  const where = `${name}.subscribe`;
  checkOptionNames(where, options, ['initial', 'from', 'group', 'overflow', 'buffer', 'signal']);
  const { initial = false, from, group, overflow = 'block', buffer = BUFFER_EVENTS_DEFAULT } = options;
  const refuse = (rule: string): never => {
    throw new WeftError('OPTION_INVALID', `${where}: ${rule}.`);
  };
  if (typeof initial !== 'boolean') refuse('initial is true or false');
  if (!OVERFLOWS.includes(overflow)) refuse(`overflow is one of ${OVERFLOWS.join(', ')}`);
  if (!Number.isInteger(buffer) || buffer < 1 || buffer > BUFFER_EVENTS_MAX)
    refuse(`buffer is a number of events from 1 to BUFFER_EVENTS_MAX, ${BUFFER_EVENTS_MAX}`);
  if (from !== undefined && typeof from !== 'string') refuse('from is a position as subscription.position gives it');
  if (group !== undefined && (typeof group !== 'string' || group.length < 1 || group.length > GROUP_NAME_MAX))
    refuse(`group is a name of 1 to GROUP_NAME_MAX, ${GROUP_NAME_MAX}, characters`);
  if (initial && from !== undefined)
    refuse('initial begins with all rows, from with what comes behind a position: give one');
  if (initial && group !== undefined) refuse("initial is not for members of a group: its rows would be nobody's share");
  return { overflow, bufferEvents: buffer, group, start: initial ? 'later' : from === undefined ? 'now' : { from } };
}
