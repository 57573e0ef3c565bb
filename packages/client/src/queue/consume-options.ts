import { parseDuration, WeftError } from '@weft/base';
import { checkOptionNames, requireColumn, type AnyType } from '@weft/data';
import { checkDeadLetter } from './dead-letter.ts';
import type { ConsumeOptions, DeadLetter, NackOptions } from './queue-api.ts';

/** Deliveries at most that one consumer holds: giving all back is one turn. */
export const PREFETCH_MAX = 1000;
const LEASE_MS_DEFAULT = 30_000;
const PREFETCH_DEFAULT = 10;
const TRIES_DEFAULT = 5;
const TRIES_MAX = 1_000_000;

/** What a consumer was told, checked. */
export interface ConsumeSettings {
  readonly leaseMs: number;
  readonly prefetch: number;
  readonly maxTries: number;
  readonly group: string | undefined;
  readonly deadLetter: AnyType | ((letter: DeadLetter<AnyType>) => unknown) | undefined;
}

/** Throws OPTION_INVALID, COLUMN_UNKNOWN. */
export function consumeSettings(
  type: AnyType,
  options: ConsumeOptions<AnyType> | undefined,
  partitions: number,
): ConsumeSettings {
  const call = `${type.name}.consume`;
  if (options !== undefined)
    checkOptionNames(call, options, ['lease', 'prefetch', 'maxTries', 'group', 'deadLetter', 'signal']);
  const { lease, prefetch, maxTries, group, deadLetter } = options ?? {};
  if (deadLetter !== undefined) checkDeadLetter(type, deadLetter);
  return {
    leaseMs: lease === undefined ? LEASE_MS_DEFAULT : leaseMsOf(call, lease),
    prefetch: wholeNumber(call, 'prefetch', prefetch, PREFETCH_MAX) ?? PREFETCH_DEFAULT,
    maxTries: wholeNumber(call, 'maxTries', maxTries, TRIES_MAX) ?? TRIES_DEFAULT,
    group: group === undefined ? undefined : groupOf(type, group, partitions),
    deadLetter,
  };
}

/** How long to hold a row. Throws OPTION_INVALID. */
export function leaseMsOf(call: string, lease: unknown): number {
  const ms = parseDuration(lease, `${call}: lease`);
  if (ms >= 1) return ms;
  throw new WeftError(
    'OPTION_INVALID',
    `${call}: a lease of ${ms} ms would be over before the row is handed out; 1 ms is the least.`,
  );
}

/** Throws OPTION_INVALID. */
export function nackSettings(
  call: string,
  options: NackOptions | undefined,
): { readonly delayMs: number; readonly reason: string } {
  if (options === undefined) return { delayMs: 0, reason: '' };
  checkOptionNames(call, options, ['delay', 'reason']);
  const { delay, reason = '' } = options;
  if (typeof reason !== 'string')
    throw new WeftError('OPTION_INVALID', `${call}: reason is a text, not ${typeof reason}.`);
  return { delayMs: delay === undefined ? 0 : parseDuration(delay, `${call}: delay`), reason };
}

function wholeNumber(call: string, option: string, value: unknown, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new WeftError('OPTION_INVALID', `${call}: ${option} is a whole number from 1 to ${max}.`);
}

function groupOf(type: AnyType, name: unknown, partitions: number): string {
  const column = requireColumn(type.schema, name as string, 'group');
  const call = `${type.name}.consume`;
  const { kind } = column;
  if (kind.name === 'json' || kind.name === 'array')
    throw new WeftError(
      'OPTION_INVALID',
      `${call}: group is a column whose values can be ordered, and ${column.name} is of kind ${kind.name}.`,
    );
  const routing = type.schema.columns[type.schema.routing]!;
  if (partitions > 1 && column.ordinal !== routing.ordinal)
    throw new WeftError(
      'OPTION_INVALID',
      `${call}: rows of one ${column.name} lie in several partitions, so that they have no order; declare { routing: '${column.name}' }, ` +
        `or group by ${routing.name}.`,
    );
  return column.name;
}
