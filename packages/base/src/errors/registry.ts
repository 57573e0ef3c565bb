/**
 * Every expected error, once. The TypeScript union `ErrorCode`, the hints and the pages in `docs/errors.md`
 * all follow from this table, and a tidy test checks that a test provokes each code.
 *
 * - `retryable`: whether the same call may succeed later without a change by the caller.
 * - `outcome`: `definite` (nothing was applied, or exactly what the message says) or `in-doubt`.
 * - `hint`: what the caller can do, in one sentence.
 *
 * What each of them is stands in `summaries.ts`: only the page of it needs that, and no program should carry it.
 */
export const errorRegistry = {
  TYPE_INVALID: {
    retryable: false,
    outcome: 'definite',
    hint: 'Correct the declaration that the message names.',
  },
  TYPE_CONFLICT: {
    retryable: false,
    outcome: 'definite',
    hint: 'Share one declaration, call grid.evolve(Type) to go over to this one, or give one of the two another name.',
  },
  EVOLUTION_REFUSED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Change the declaration as the message says, line by line, or declare a new type and copy the rows.',
  },
  DECLARATION_OUTDATED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Deploy the program with the present declaration.',
  },
  TYPE_UNKNOWN: {
    retryable: false,
    outcome: 'definite',
    hint: 'Pass the declared type to createGrid({ types }) or to grid.space(Type).',
  },
  COLUMN_UNKNOWN: {
    retryable: false,
    outcome: 'definite',
    hint: 'Check the spelling against the declaration; the message lists the nearest column.',
  },
  VALUE_MISSING: {
    retryable: false,
    outcome: 'definite',
    hint: 'Give the column a value, or declare it .optional() or .default(value).',
  },
  VALUE_INVALID: {
    retryable: false,
    outcome: 'definite',
    hint: 'Pass a value of the JavaScript type that the message names.',
  },
  VALUE_OUT_OF_RANGE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use a wider kind, or correct the value.',
  },
  VALUE_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Store large objects elsewhere and keep their address in the row.',
  },
  KEY_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use a shorter key, for example a hash of the long one.',
  },
  ROW_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Split the row into two types with the same routing value.',
  },
  BATCH_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    hint: "Write the rows in parts, or with onError: 'each' or 'stop', which hold nothing back.",
  },
  ROWS_REJECTED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Look at the errors in cause.errors: the rows are of another form than the type declares.',
  },
  CHECKSUM_MISMATCH: {
    retryable: false,
    outcome: 'definite',
    hint: 'Check memory and disk, then open the data directory again, or restore a backup.',
  },
  KEY_EXISTS: {
    retryable: false,
    outcome: 'definite',
    hint: "Use another key, or write with onConflict: 'replace'.",
  },
  KEY_INVALID: {
    retryable: false,
    outcome: 'definite',
    hint: 'Pass every key column, and the routing column where it is not part of the key.',
  },
  UNIQUE_VIOLATION: {
    retryable: false,
    outcome: 'definite',
    hint: 'Change the value, or update the row that holds it.',
  },
  ROUTING_IMMUTABLE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Delete the row and write it anew under its new key.',
  },
  NOT_FOUND: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use get, which answers undefined, where a missing row is expected.',
  },
  VERSION_CONFLICT: {
    retryable: true,
    outcome: 'definite',
    hint: 'Read the row again and repeat the change on its new version.',
  },
  NUMERIC_OVERFLOW: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use a wider kind, or aggregate fewer rows.',
  },
  PREDICATE_INVALID: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use an operation that the kind of the column has; the message names it.',
  },
  OPTION_INVALID: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use one of the values that the message lists.',
  },
  ABORTED: {
    retryable: true,
    outcome: 'definite',
    hint: 'Call again if the answer is still wanted.',
  },
  TIMEOUT: {
    retryable: true,
    outcome: 'definite',
    hint: 'Allow more time, or ask for less: a limit, an index, a narrower predicate.',
  },
  IDEMPOTENCY_MISMATCH: {
    retryable: false,
    outcome: 'definite',
    hint: 'Give each call an id of its own, and repeat it only with the same arguments.',
  },
  TRANSACTION_CONFLICT: {
    retryable: true,
    outcome: 'definite',
    hint: 'Call again, allow more retries, or let the callback read less and wait for nothing but its transaction.',
  },
  TRANSACTION_SPANS_PARTITIONS: {
    retryable: false,
    outcome: 'definite',
    hint: 'Give rows that change together one routing value, and name it in every condition.',
  },
  TRANSACTION_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Split it, or read by one condition what was read key by key.',
  },
  TRANSACTION_NESTED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use the handles of the transaction that is open: tx.space(Type).',
  },
  TRANSACTION_ENDED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Await every call within the callback, and keep no handle of it beyond.',
  },
  GROUP_LIMIT: {
    retryable: false,
    outcome: 'definite',
    hint: 'Group by fewer or coarser columns, or narrow the predicate.',
  },
  MEMORY_LIMIT: {
    retryable: true,
    outcome: 'definite',
    hint: 'Delete rows, or give the grid or the type more: grid.setMemory, grid.setQuota.',
  },
  SNAPSHOT_TOO_OLD: {
    retryable: true,
    outcome: 'definite',
    hint: 'Read faster, read less at once, or raise pinnedBytesMax.',
  },
  LEASE_LOST: {
    retryable: false,
    outcome: 'definite',
    hint: 'Drop what was done for it: somebody else may have the row; take a longer lease, or renew it.',
  },
  ENVIRONMENT_UNSUITABLE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Do what the message says.',
  },
  FILE_UNREADABLE: {
    retryable: true,
    outcome: 'definite',
    hint: 'Check the path, the permissions and the free space of the disk.',
  },
  FILE_INVALID: {
    retryable: false,
    outcome: 'definite',
    hint: 'Name the format that the file has, or get a whole copy of it.',
  },
  FILE_UNSUPPORTED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Leave the column out, or write the file in the simpler form that the message names.',
  },
  RECORD_INVALID: {
    retryable: false,
    outcome: 'definite',
    hint: 'Correct the line that the reject names; the other rows are imported.',
  },
  REJECTS_LIMIT: {
    retryable: false,
    outcome: 'definite',
    hint: 'Look at the rejects; correct the file or the type, or raise maxRejects, and go on from the position.',
  },
  JOURNAL_DAMAGED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Look with weft journal check DIR; restore a backup, or the file that the message names.',
  },
  JOURNAL_FORMAT: {
    retryable: false,
    outcome: 'definite',
    hint: 'Start it with the version that wrote it, or a newer one.',
  },
  JOURNAL_FAILED: {
    retryable: false,
    outcome: 'in-doubt',
    hint: 'See to the disk and start the process again: it goes on from what the journal holds.',
  },
  JOURNAL_BUSY: {
    retryable: true,
    outcome: 'definite',
    hint: 'Write more slowly, or with the asynchronous handle, which waits; the write was not applied.',
  },
  DISK_FULL: {
    retryable: true,
    outcome: 'definite',
    hint: 'Make space on the disk: writes go on by themselves within a second.',
  },
  SNAPSHOT_DAMAGED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Look with weft verify DIR; put back the file that the message names, or use another backup.',
  },
  BACKUP_FAILED: {
    retryable: true,
    outcome: 'definite',
    hint: 'See to the disk that the message names: its space, its rights; then try again.',
  },
  BACKUP_MISSING: {
    retryable: false,
    outcome: 'definite',
    hint: 'Check the path; what grid.backup wrote has a file manifest-….json.',
  },
  DATA_DIR_IN_USE: {
    retryable: true,
    outcome: 'definite',
    hint: 'Stop the process that the message names, or use another directory.',
  },
  POSITION_TRUNCATED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Subscribe with initial: true, which gives all rows that match first; a larger retain keeps more of the log.',
  },
  SUBSCRIBER_OVERFLOW: {
    retryable: true,
    outcome: 'definite',
    hint: 'Subscribe again from details.position, or with initial: true; take events faster, or give a larger buffer or another overflow.',
  },
  SUBSCRIBER_LIMIT: {
    retryable: true,
    outcome: 'definite',
    hint: 'Close subscriptions that nobody reads; share one among those who want the same.',
  },
  UNREACHABLE: {
    retryable: true,
    outcome: 'definite',
    hint: 'Check the address, and that `weft start` runs there; the message names what was tried.',
  },
  OVERLOADED: {
    retryable: true,
    outcome: 'definite',
    hint: 'Ask again after details.retryAfterMs, as the client does by itself within the timeout of the call; if it stays, ask less or add hosts.',
  },
  REQUEST_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Divide it into several calls.',
  },
  RESULT_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Ask for less at once: iterate instead of awaiting, select columns, or set a limit.',
  },
  OUTCOME_UNKNOWN: {
    retryable: false,
    outcome: 'in-doubt',
    hint: 'Read what the call would have changed before it is made again, or give calls an idempotencyId.',
  },
  SPACE_UNKNOWN: {
    retryable: false,
    outcome: 'definite',
    hint: 'Take the name behind the last slash of the address from `weft start --space`.',
  },
  PROTOCOL_MISMATCH: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use the same version of Weft at both ends; the message says what each speaks.',
  },
  HOST_STOPPING: {
    retryable: true,
    outcome: 'definite',
    hint: 'Clients of this version wait for the host to come back, within the timeout of the call.',
  },
  PARTITION_ELSEWHERE: {
    retryable: false,
    outcome: 'definite',
    hint: 'Rows that depend on each other need one routing value to be on one host; weft start --hosts 1 has all of them.',
  },
  LOCAL_ONLY: {
    retryable: false,
    outcome: 'definite',
    hint: 'Use the asynchronous handle, grid.space(Type), or run the code on the host.',
  },
  INTERNAL: {
    retryable: false,
    outcome: 'in-doubt',
    hint: 'The log of the host has it, with the request; please report it.',
  },
  CLOSED: {
    retryable: false,
    outcome: 'definite',
    hint: 'Open a new one; close only when nothing needs it any more.',
  },
} as const satisfies Record<string, ErrorEntry>;

/** One line of the registry. */
export interface ErrorEntry {
  readonly retryable: boolean;
  readonly outcome: 'definite' | 'in-doubt';
  readonly hint: string;
}

/** The stable name of an expected error. */
export type ErrorCode = keyof typeof errorRegistry;
