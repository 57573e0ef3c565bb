export { checkerOf, checkerOfKind, checkValue, type Checker } from './kind/check.ts';
export type { JsonValue } from './kind/check-json.ts';
export { comparatorOf, compareValues, equalityOf, equalValues, type Comparator, type Equality } from './kind/compare.ts';
export { compareJsonScalars, equalJson } from './kind/compare-json.ts';
export { compareStrings } from './kind/compare-strings.ts';
export {
  ARRAY_LENGTH_MAX,
  DECIMAL_PRECISION_MAX,
  JSON_DEPTH_MAX,
  KEY_BYTES_MAX,
  ROW_BYTES_MAX,
  VALUE_BYTES_MAX,
} from './kind/limits.ts';
export { Decimal, DECIMAL_SCALE_MAX, DECIMAL_TEXT_MAX, type DecimalInput } from './value/decimal.ts';
export { cellOf, ENUM_U8_MAX } from './kind/cell-of.ts';
export { cellOfValue, valueOfCell, type CellNumber } from './kind/cells.ts';
export { hasherOf, hashOfValue, partitionOf, SLOTS, slotOf, type Hasher } from './kind/routing.ts';
export { arrayBytes, decodeArray, encodeArray } from './value/array-codec.ts';
