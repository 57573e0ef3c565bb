import { checkedValue } from '../type/checked.ts';
import { unreadableInput } from '../row/row-errors.ts';
import { declaredByName, requireColumn } from '../type/lookup.ts';
import type { TypeSchema } from '../type/schema.ts';
import { comparisonOf } from './comparison.ts';
import type { Predicate } from './predicate.ts';

/**
 * A template's predicate: every column that it mentions has the value, or none where the value is `null`.
 * Columns with `undefined` are not mentioned; undefined where nothing is left.
 * Throws COLUMN_UNKNOWN, VALUE_INVALID, VALUE_OUT_OF_RANGE or VALUE_TOO_LARGE.
 */
export function templatePredicate(schema: TypeSchema, template: object): Predicate | undefined {
  try {
    return predicateOfEntries(schema, template);
  } catch (error) {
    throw unreadableInput(schema, template, declaredByName(schema).keys(), error);
  }
}

function predicateOfEntries(schema: TypeSchema, template: object): Predicate | undefined {
  const args: Predicate[] = [];
  for (const [name, value] of Object.entries(template)) {
    const column = requireColumn(schema, name, 'a template');
    if (value === undefined) continue;
    if (value === null) args.push({ op: 'isNull', column: name });
    else args.push(comparisonOf(column, 'eq', value, (given) => checkedValue(schema, column, given)));
  }
  return args.length < 2 ? args[0] : { op: 'and', args };
}
