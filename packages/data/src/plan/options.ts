import { WeftError } from '@weft/base';

import { nearestName } from '../type/names.ts';
import { shown } from '../type/refusal.ts';

/** Throws OPTION_INVALID where `options` is no object, or names an option that the call does not have. */
export function checkOptionNames(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new WeftError('OPTION_INVALID', `${where}: the options must be an object, not ${shown(options)}.`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
    throw new WeftError('OPTION_INVALID', `${where}: ${shown(name)} is not an option. ${hint}`, { hint });
  }
}

/** A number of rows, 0 or more, or undefined. Throws OPTION_INVALID. */
export function checkRowCount(where: string, option: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new WeftError('OPTION_INVALID', `${where}: ${option} is a whole number of rows from 0, not ${shown(value)}.`);
}
