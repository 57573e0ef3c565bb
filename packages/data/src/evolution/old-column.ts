import { must } from '@weft/base';
import { enumPositions } from '../kind/enum.ts';
import type { ColumnSchema, Kind } from '../type/schema.ts';
import { numberRange } from '../kind/number-range.ts';
import { Decimal } from '../value/decimal.ts';
import { convertValue } from './convert-value.ts';
import { kindText } from './kind-text.ts';
import { outdatedColumn } from './outdated.ts';

/** A column of an older declaration, and how its values lie in the stored one. */
export interface OldColumn {
  readonly old: ColumnSchema;
  /** The stored column; undefined where it was dropped. */
  readonly now: ColumnSchema | undefined;
  /** Whether values and their absence are the same in both. */
  readonly isSame: boolean;
  /** Whether `show` may throw. */
  readonly canFail: boolean;
  /** The stored form of a value, or of none, of the older declaration. */
  readonly store: (value: unknown) => unknown;
  /**
   * What the older declaration sees of a stored value, or of none: of a dropped column nothing or its default.
   * Throws DECLARATION_OUTDATED where it can see neither.
   */
  readonly show: (value: unknown) => unknown;
}

/** A column that goes on in the stored declaration. */
export function keptColumn(type: string, old: ColumnSchema, now: ColumnSchema, isConverted: boolean): OldColumn {
  if (!isConverted) return { old, now, isSame: true, canFail: false, store: same, show: same };
  const back = backward(type, old, now);
  const show = now.optional && !old.optional ? required(type, old, back) : ifPresent(back);
  const canFail = back !== same || now.optional !== old.optional;
  return {
    old,
    now,
    isSame: false,
    canFail,
    store: ifPresent((value) => convertValue(old.kind, now.kind, value)),
    show,
  };
}

/** A column that the stored declaration has no more. */
export function droppedColumn(type: string, old: ColumnSchema): OldColumn {
  const dropped = { old, now: undefined, isSame: false, store: same };
  if (old.optional) return { ...dropped, canFail: false, show: () => undefined };
  if (old.default !== undefined) return { ...dropped, canFail: false, show: () => copied(old.default) };
  const why = 'the column was dropped, and this declaration demands a value of every row';
  return {
    ...dropped,
    canFail: true,
    show: () => {
      throw outdatedColumn(type, old.name, why);
    },
  };
}

/** A default as a row may have it: mutable values are each row's own. */
export function copied(value: unknown): unknown {
  return typeof value === 'object' && !(value instanceof Decimal) ? structuredClone(value) : value;
}

type Convert = (value: unknown) => unknown;

function same(value: unknown): unknown {
  return value;
}

function ifPresent(convert: Convert): Convert {
  if (convert === same) return same;
  return (value) => (value === undefined ? undefined : convert(value));
}

function required(type: string, old: ColumnSchema, convert: Convert): Convert {
  const why = 'a row has no value, which this declaration demands and the present one does not';
  return (value) => {
    if (value === undefined) throw outdatedColumn(type, old.name, why);
    return convert(value);
  };
}

/** What the older kind makes of a present value. */
function backward(type: string, old: ColumnSchema, now: ColumnSchema): Convert {
  const beyond = (): never => {
    throw outdatedColumn(type, old.name, `a row holds a value beyond ${kindText(old.kind)}, now ${kindText(now.kind)}`);
  };
  switch (old.kind.name) {
    case 'int16':
    case 'int32':
      return integerBack(old.kind, now.kind, beyond);
    case 'float32':
      return old.kind.name === now.kind.name ? same : floatBack(beyond);
    case 'enum': {
      const positions = enumPositions(old.kind.members);
      return (value) => (positions.has(value as string) ? value : beyond());
    }
    default:
      return same;
  }
}

function integerBack(old: Kind, now: Kind, beyond: () => never): Convert {
  if (old.name === now.name) return same;
  const { min, max } = must(numberRange(old), 'a kind that was widened');
  return (value) => {
    const number = Number(value);
    return number <= max && number >= min ? number : beyond();
  };
}

function floatBack(beyond: () => never): Convert {
  return (value) => {
    const rounded = Math.fround(value as number);
    // Adding 0 turns the -0 that tiny negative numbers round to into 0, as checks do.
    return Number.isFinite(rounded) ? rounded + 0 : beyond();
  };
}
