import type { ErrorCode } from '@weft/base';

/** A message of each code as a user meets it: it names type and column, and says what to do. */
export const errorExamples: Readonly<Record<ErrorCode, string>> = {
  TYPE_INVALID: 'Order: the key column "idd" is not a column; there are id, account, qty.',
  TYPE_CONFLICT: 'Order: this grid already has another declaration of that name.',
  EVOLUTION_REFUSED:
    'Order: one of these changes is not made while rows are stored (declared against stored): ~ qty: int64 → int32 refused: stored values may not fit into the narrower kind; …',
  DECLARATION_OUTDATED:
    'Order.qty: a row holds a value that an older declaration of this type (int32) cannot show; deploy the program with the present one (int64).',
  TYPE_UNKNOWN: 'Order is not registered in this grid.',
  COLUMN_UNKNOWN: 'Order: "statsu" in a template is not a column. Did you mean status?',
  VALUE_MISSING:
    'Order.symbol: a row needs a value of kind string here; the input has none and the column has no default.',
  VALUE_INVALID: 'Order.qty: expected an integer, got a string.',
  VALUE_OUT_OF_RANGE: 'Order.qty: the value is too large; expected an integer from -2147483648 to 2147483647.',
  VALUE_TOO_LARGE: 'Order.note: the value has 9437184 bytes; VALUE_BYTES_MAX is 8388608.',
  KEY_TOO_LARGE: 'Order: the key has 2048 bytes; KEY_BYTES_MAX is 1024.',
  ROW_TOO_LARGE: 'Order with key "o-17": the row has 20971520 bytes; ROW_BYTES_MAX is 16777216.',
  BATCH_TOO_LARGE: `Order.writeMany with onError: 'all' holds all rows back until the last is checked, and takes WRITE_ALL_ROWS_MAX, 100000, at most.`,
  ROWS_REJECTED: 'Order.writeMany stopped at row 2041: more than REJECTED_ROWS_MAX, 1000, rows were rejected.',
  CHECKSUM_MISMATCH: `Order: the rows of slot 1702 in partition 0 are not what the journal says they are, after it was read.`,
  KEY_EXISTS: `Order with key "o-17" exists, and the write said onConflict: 'fail'.`,
  KEY_INVALID: 'Order: a key is an object with the columns region and id.',
  UNIQUE_VIOLATION: 'Account: another row already has the given values of unique index email.',
  ROUTING_IMMUTABLE: 'Order: the key and the routing value of a row (id, account) never change.',
  NOT_FOUND: 'Order: no row has key "o-17".',
  VERSION_CONFLICT: 'Order with key "o-17" has version 4, not 3.',
  NUMERIC_OVERFLOW: 'Order.qty: the increment leaves the range of int32; the row is unchanged.',
  PREDICATE_INVALID: 'Order.doc: a column of kind json has no order.',
  OPTION_INVALID: 'Order: limit is a whole number of rows from 0, not -1.',
  ABORTED: 'The find on Order was stopped by its signal.',
  TIMEOUT: 'The aggregate on Order did not finish within 50 ms and was stopped.',
  IDEMPOTENCY_MISMATCH:
    'Order.write: idempotencyId "pay-17" was used for another call before: another verb, row, key or option.',
  TRANSACTION_CONFLICT:
    'grid.transaction: Account with id "a1" has changed since the transaction read it; it was tried 11 times.',
  TRANSACTION_SPANS_PARTITIONS:
    'grid.transaction: Account with id "a2" lies in partition 2; the transaction began in partition 0 with Account with id "a1".',
  TRANSACTION_TOO_LARGE: 'grid.transaction: a transaction takes TRANSACTION_WRITES_MAX, 500, writes at most.',
  TRANSACTION_NESTED: 'grid.transaction was called within the callback of another transaction of this grid.',
  TRANSACTION_ENDED: 'Order.write: the transaction of this handle has ended.',
  GROUP_LIMIT: 'Order: grouping by account gives more than GROUPS_MAX, 1000000, groups.',
  MEMORY_LIMIT:
    'Order: a write that may need 4.3 MB more found no room: 508 of 512 MB, the memory of the grid, are used.',
  SNAPSHOT_TOO_OLD: 'A read of Order lasted so long that the old pages it held passed pinnedBytesMax; it was stopped.',
  LEASE_LOST: 'Job with id 7 is not held any more: the lease ran out.',
  ENVIRONMENT_UNSUITABLE:
    'Weft could not reserve the addresses of a shared memory segment (about 10 GB of address space).',
  FILE_UNREADABLE: 'flights.csv cannot be opened: there is no such file.',
  FILE_INVALID: 'flights.csv is a Parquet file, not CSV.',
  FILE_UNSUPPORTED: 'trips.parquet: column "stops" is nested (a list); Weft reads flat columns only.',
  RECORD_INVALID: 'Flight: the record has 5 fields where the header names 6.',
  REJECTS_LIMIT: 'The import of flights.csv into Flight met 101 broken rows; maxRejects is 100.',
  JOURNAL_DAMAGED:
    'The journal is damaged: /data/orders/journal/0000000000000001.wal at byte 81920: frame 212 cannot be read, and the frame at byte 86016 shows that it was written.',
  JOURNAL_FORMAT:
    '/data/orders/journal/0000000000000001.wal has format 2 of the journal; this version of Weft reads formats up to 1.',
  JOURNAL_FAILED:
    'The journal could not write to /data/orders/journal/0000000000000001.wal (EIO: i/o error, fdatasync). Nothing more is written; what was acknowledged is in the journal.',
  JOURNAL_BUSY: 'The journal waits for the disk with 67 MB; JOURNAL_BYTES_IN_FLIGHT_MAX is 67108864.',
  DISK_FULL:
    'There is no space left for /data/orders/journal/0000000000000001.wal: writes are refused until there is. What was acknowledged is safe.',
  SNAPSHOT_DAMAGED:
    'A snapshot is damaged: /data/orders/snapshots/pages/3f/3f0c91aa: its bytes are not those that it was written with.',
  BACKUP_FAILED: 'The backup in /backups/orders failed: ENOSPC: no space left on device, write.',
  BACKUP_MISSING: 'There is no backup in /backups/order.',
  DATA_DIR_IN_USE: 'The data directory /var/lib/orders is in use by process 4711 on host-1.',
  POSITION_TRUNCATED: 'Order.subscribe: the log does not reach back to this position any more.',
  SUBSCRIBER_OVERFLOW:
    'Order.subscribe: more events came than the subscriber took; its buffer holds 1024 events and 16777216 bytes.',
  SUBSCRIBER_LIMIT: 'Order.subscribe: there are SUBSCRIBERS_MAX, 100000, subscribers.',
  UNREACHABLE: 'connect: localhost:7420 cannot be reached: connect ECONNREFUSED 127.0.0.1:7420.',
  OVERLOADED: 'The host has more to do than it can: what comes waits for 140 ms, more than QUEUE_DELAY_MS, 25.',
  REQUEST_TOO_LARGE: 'Order.find: what it asks for has more than REQUEST_BYTES_MAX, 24641536, bytes.',
  RESULT_TOO_LARGE: 'The answer has more than ANSWER_BYTES_MAX, 41418752, bytes.',
  OUTCOME_UNKNOWN: 'Order.write: the host localhost:7420 was lost and does not remember the call.',
  SPACE_UNKNOWN: 'The host serves the space "demo", not "orders".',
  PROTOCOL_MISMATCH:
    'connect: what answers at localhost:8090 is no Weft of this version, or another port of it: the first bytes are not those of the protocol.',
  HOST_STOPPING: 'The host is stopping and takes no new calls.',
  PARTITION_ELSEWHERE: 'Order: the row belongs to partition 2, which another host has.',
  LOCAL_ONLY: 'grid.local: the rows of this grid are in other processes.',
  INTERNAL: 'The server met an error of its own; its log has it.',
  CLOSED: 'The grid is closed.',
};
