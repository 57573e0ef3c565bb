/** Bytes of one stored value at most: strings as UTF-8, json as its text, arrays as encoded, bytes as they are. */
export const VALUE_BYTES_MAX = 8 * 1024 * 1024;

/** Bytes of all key columns of a row at most. */
export const KEY_BYTES_MAX = 1024;

/** Bytes of all values of a row at most. */
export const ROW_BYTES_MAX = 16 * 1024 * 1024;

/** Objects and arrays inside each other in a json value at most; also what ends a cycle. */
export const JSON_DEPTH_MAX = 100;

/** Elements of an array value at most. */
export const ARRAY_LENGTH_MAX = 1_000_000;

/** Digits of a decimal column at most: every unscaled value fits an int64. */
export const DECIMAL_PRECISION_MAX = 18;
