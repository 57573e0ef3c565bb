import type { ErrorCode } from '@weft/base';

/** A message of each kind as a user meets it: it names type and column, and says what to do. */
export const errorExamples: Readonly<Record<ErrorCode, string>> = {
  TYPE_INVALID: "Order: routing names the column 'acount', which the type does not have; did you mean 'account'?",
  TYPE_CONFLICT: "Order: another declaration of type 'Order' is already registered in this grid.",
  TYPE_UNKNOWN: 'Order is not registered in this grid; pass it to createGrid({ types }).',
  COLUMN_UNKNOWN: "Order has no column 'statsu'; did you mean 'status'?",
  VALUE_MISSING: 'Order.symbol: a value is required.',
  VALUE_INVALID: 'Order.qty: expected an integer (int32), got a string.',
  VALUE_OUT_OF_RANGE: 'Order.qty: int32 holds -2147483648 to 2147483647.',
  VALUE_TOO_LARGE: 'Order.note: the value has 9437184 bytes; at most 8388608 (VALUE_BYTES_MAX) are allowed.',
  KEY_TOO_LARGE: 'Order: the key has 2048 bytes; at most 1024 (KEY_BYTES_MAX) are allowed.',
  ROW_TOO_LARGE: 'Order: the row has 20971520 bytes; at most 16777216 (ROW_BYTES_MAX) are allowed.',
  KEY_EXISTS: "Order: a row with key 'o-17' exists.",
  KEY_INVALID: "Order: the key needs the columns 'region' and 'id'; 'region' is missing.",
  UNIQUE_VIOLATION: "Account: another row has this value in the unique index 'email'.",
  ROUTING_IMMUTABLE: "Order.account: the routing value of a row does not change (key 'o-17').",
  NOT_FOUND: "Order: no row has key 'o-17'.",
  VERSION_CONFLICT: "Order: row 'o-17' has version 4, not 3.",
  NUMERIC_OVERFLOW: 'Order.qty: the sum leaves the range of int64.',
  PREDICATE_INVALID: 'Order.qty: startsWith needs a string column; this one is int32.',
  OPTION_INVALID: 'find: limit must be an integer of at least 0; got a string.',
  ABORTED: 'find on Order was aborted by its signal.',
  TIMEOUT: 'aggregate on Order did not finish within 50 ms.',
  GROUP_LIMIT: 'Order: the aggregate has more than 1000000 groups (GROUPS_MAX).',
  MEMORY_LIMIT: 'Order: no memory is left for this write; the store may use 1073741824 bytes.',
  SNAPSHOT_TOO_OLD: 'Order: the cursor held more old pages than pinnedBytesMax allows.',
  ENVIRONMENT_UNSUITABLE:
    'Weft needs Node 22.18 or newer; this is 20.20.2. Start it with npm run, which brings Node 24.',
  CLOSED: 'The grid is closed.',
};
