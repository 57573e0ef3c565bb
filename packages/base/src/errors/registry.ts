/**
 * Every expected error, once. The TypeScript union `ErrorCode`, the hints and the pages in `docs/errors.md`
 * all follow from this table, and a tidy test checks that a test provokes each code.
 *
 * - `retryable`: whether the same call may succeed later without a change by the caller.
 * - `outcome`: `definite` (nothing was applied, or exactly what the message says) or `in-doubt`.
 * - `hint`: what the caller can do, in one sentence.
 */
export const errorRegistry = {
  TYPE_INVALID: {
    retryable: false,
    outcome: 'definite',
    summary: 'A type declaration contradicts itself or uses something that Weft does not have.',
    hint: 'Correct the declaration that the message names.',
  },
  TYPE_CONFLICT: {
    retryable: false,
    outcome: 'definite',
    summary: 'Two different declarations use one type name in one space.',
    hint: 'Share one declaration, call grid.evolve(Type) to go over to this one, or give one of the two another name.',
  },
  EVOLUTION_REFUSED: {
    retryable: false,
    outcome: 'definite',
    summary: 'A declaration differs from the stored one in a way that is not changed while rows are stored.',
    hint: 'Change the declaration as the message says, line by line, or declare a new type and copy the rows.',
  },
  DECLARATION_OUTDATED: {
    retryable: false,
    outcome: 'definite',
    summary:
      'A handle of an older declaration meets what that declaration cannot show, or is older than the one before the stored one.',
    hint: 'Deploy the program with the present declaration.',
  },
  TYPE_UNKNOWN: {
    retryable: false,
    outcome: 'definite',
    summary: 'The type is not registered in this grid.',
    hint: 'Pass the declared type to createGrid({ types }) or to grid.space(Type).',
  },
  COLUMN_UNKNOWN: {
    retryable: false,
    outcome: 'definite',
    summary: 'A row, template, predicate or option names a column that the type does not have.',
    hint: 'Check the spelling against the declaration; the message lists the nearest column.',
  },
  VALUE_MISSING: {
    retryable: false,
    outcome: 'definite',
    summary: 'A required column has no value and no default.',
    hint: 'Give the column a value, or declare it .optional() or .default(value).',
  },
  VALUE_INVALID: {
    retryable: false,
    outcome: 'definite',
    summary: 'A value does not belong to the kind of its column.',
    hint: 'Pass a value of the JavaScript type that the message names.',
  },
  VALUE_OUT_OF_RANGE: {
    retryable: false,
    outcome: 'definite',
    summary: 'A number, date or decimal lies outside the bounds of its column.',
    hint: 'Use a wider kind, or correct the value.',
  },
  VALUE_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    summary: 'A value is longer than VALUE_BYTES_MAX.',
    hint: 'Store large objects elsewhere and keep their address in the row.',
  },
  KEY_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    summary: 'The key of a row is longer than KEY_BYTES_MAX.',
    hint: 'Use a shorter key, for example a hash of the long one.',
  },
  ROW_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    summary: 'The values of one row together are longer than ROW_BYTES_MAX.',
    hint: 'Split the row into two types with the same routing value.',
  },
  BATCH_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    summary: "A writeMany with onError: 'all' was given more rows or bytes than it can hold back.",
    hint: "Write the rows in parts, or with onError: 'each' or 'stop', which hold nothing back.",
  },
  ROWS_REJECTED: {
    retryable: false,
    outcome: 'definite',
    summary: "A writeMany with onError: 'each' met more bad rows than it lists.",
    hint: 'Look at the errors in cause.errors: the rows are of another form than the type declares.',
  },
  CHECKSUM_MISMATCH: {
    retryable: false,
    outcome: 'definite',
    summary: 'After a recovery the rows are not what the journal says they are.',
    hint: 'Do not go on with this process: check memory and disk, then open the data directory again, or restore a backup.',
  },
  KEY_EXISTS: {
    retryable: false,
    outcome: 'definite',
    summary: "A row with this key exists and the write said onConflict: 'fail'.",
    hint: "Use another key, or write with onConflict: 'replace'.",
  },
  KEY_INVALID: {
    retryable: false,
    outcome: 'definite',
    summary: 'A key does not have the shape that the type declares.',
    hint: 'Pass every key column, and the routing column where it is not part of the key.',
  },
  UNIQUE_VIOLATION: {
    retryable: false,
    outcome: 'definite',
    summary: 'Another row already has these values in a unique index.',
    hint: 'Change the value, or update the row that holds it.',
  },
  ROUTING_IMMUTABLE: {
    retryable: false,
    outcome: 'definite',
    summary: 'A write would change the key or the routing value of a row.',
    hint: 'Delete the row and write it anew under its new key.',
  },
  NOT_FOUND: {
    retryable: false,
    outcome: 'definite',
    summary: 'getOrThrow found no row with this key.',
    hint: 'Use get, which answers undefined, where a missing row is expected.',
  },
  VERSION_CONFLICT: {
    retryable: true,
    outcome: 'definite',
    summary: 'The row has another version than ifVersion says.',
    hint: 'Read the row again and repeat the change on its new version.',
  },
  NUMERIC_OVERFLOW: {
    retryable: false,
    outcome: 'definite',
    summary: 'A sum or an increment leaves the range of its result.',
    hint: 'Use a wider kind, or aggregate fewer rows.',
  },
  PREDICATE_INVALID: {
    retryable: false,
    outcome: 'definite',
    summary: 'A predicate, template, order or aggregate asks for what the column cannot do.',
    hint: 'Use an operation that the kind of the column has; the message names it.',
  },
  OPTION_INVALID: {
    retryable: false,
    outcome: 'definite',
    summary: 'An option has a value that it cannot take.',
    hint: 'Use one of the values that the message lists.',
  },
  ABORTED: {
    retryable: true,
    outcome: 'definite',
    summary: 'The signal of the call fired and the work stopped.',
    hint: 'Call again if the answer is still wanted.',
  },
  TIMEOUT: {
    retryable: true,
    outcome: 'definite',
    summary: 'The timeout of the call passed and the work stopped.',
    hint: 'Allow more time, or ask for less: a limit, an index, a narrower predicate.',
  },
  IDEMPOTENCY_MISMATCH: {
    retryable: false,
    outcome: 'definite',
    summary: 'An idempotency id was used before for another call. Nothing was done.',
    hint: 'Give each call an id of its own, and repeat it only with the same arguments.',
  },
  TRANSACTION_CONFLICT: {
    retryable: true,
    outcome: 'definite',
    summary: 'Others changed what a transaction had read, each time that it was tried. Nothing of it is applied.',
    hint: 'Call again, allow more retries, or let the callback read less and wait for nothing but its transaction.',
  },
  TRANSACTION_SPANS_PARTITIONS: {
    retryable: false,
    outcome: 'definite',
    summary: 'A transaction or atomic batch concerns rows of more than one partition.',
    hint: 'Give rows that change together one routing value, and name it in every condition.',
  },
  TRANSACTION_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    summary: 'A transaction or atomic batch reads or writes more than it can hold.',
    hint: 'Split it, or read by one condition what was read key by key.',
  },
  TRANSACTION_NESTED: {
    retryable: false,
    outcome: 'definite',
    summary: 'A transaction was begun within the callback of another one of the same grid.',
    hint: 'Use the handles of the transaction that is open: tx.space(Type).',
  },
  TRANSACTION_ENDED: {
    retryable: false,
    outcome: 'definite',
    summary: 'A handle of a transaction was used after its callback had ended.',
    hint: 'Await every call within the callback, and keep no handle of it beyond.',
  },
  GROUP_LIMIT: {
    retryable: false,
    outcome: 'definite',
    summary: 'An aggregate has more groups or distinct values than its bound.',
    hint: 'Group by fewer or coarser columns, or narrow the predicate.',
  },
  MEMORY_LIMIT: {
    retryable: true,
    outcome: 'definite',
    summary: 'The memory of the grid, or the quota of a type, is used up.',
    hint: 'Delete rows, or give the grid or the type more: grid.setMemory, grid.setQuota.',
  },
  SNAPSHOT_TOO_OLD: {
    retryable: true,
    outcome: 'definite',
    summary: 'A long read held more old pages than its budget allows.',
    hint: 'Read faster, read less at once, or raise pinnedBytesMax.',
  },
  LEASE_LOST: {
    retryable: false,
    outcome: 'definite',
    summary: 'A row of a work queue is not held any more: the lease ran out, or the row was deleted.',
    hint: 'Drop what was done for it, since somebody else may have the row; take a longer lease, or renew it in time.',
  },
  ENVIRONMENT_UNSUITABLE: {
    retryable: false,
    outcome: 'definite',
    summary: 'The process lacks something that Weft needs: a newer Node, addresses, memory.',
    hint: 'Do what the message says.',
  },
  FILE_UNREADABLE: {
    retryable: true,
    outcome: 'definite',
    summary: 'A file or stream cannot be opened, read or written.',
    hint: 'Check the path, the permissions and the free space of the disk.',
  },
  FILE_INVALID: {
    retryable: false,
    outcome: 'definite',
    summary: 'A file is not of the format it was said to be, or it is damaged.',
    hint: 'Name the format that the file has, or get a whole copy of it.',
  },
  FILE_UNSUPPORTED: {
    retryable: false,
    outcome: 'definite',
    summary: 'A file uses a part of its format that Weft does not read, or a column has no place in a format.',
    hint: 'Leave the column out, or write the file in the simpler form that the message names.',
  },
  RECORD_INVALID: {
    retryable: false,
    outcome: 'definite',
    summary:
      'A record of a file is no row: a wrong number of fields, a quote out of place, text that is no JSON object.',
    hint: 'Correct the line that the reject names; the other rows are imported.',
  },
  REJECTS_LIMIT: {
    retryable: false,
    outcome: 'definite',
    summary: 'An import met more broken rows than maxRejects allows and stopped.',
    hint: 'Look at the rejects first; then correct the file or the type, or raise maxRejects, and go on from the position.',
  },
  JOURNAL_DAMAGED: {
    retryable: false,
    outcome: 'definite',
    summary: 'A journal has bytes that cannot be right in front of others that are: it is not read on past them.',
    hint: 'Look with weft journal check DIR; restore a backup, or the file that the message names from another copy.',
  },
  JOURNAL_FORMAT: {
    retryable: false,
    outcome: 'definite',
    summary: 'A data directory was written by a newer version of Weft.',
    hint: 'Start it with the version that wrote it, or a newer one.',
  },
  JOURNAL_FAILED: {
    retryable: false,
    outcome: 'in-doubt',
    summary: 'A write or fsync of the journal failed, so that nothing can be made durable any more.',
    hint: 'See to the disk and start the process again: it goes on from what the journal holds.',
  },
  JOURNAL_BUSY: {
    retryable: true,
    outcome: 'definite',
    summary: 'More was changed than the disk has taken: JOURNAL_BYTES_IN_FLIGHT_MAX bytes wait for it.',
    hint: 'Write more slowly, or with the asynchronous handle, which waits; the write was not applied.',
  },
  DISK_FULL: {
    retryable: true,
    outcome: 'definite',
    summary: 'The disk of the journal has no space left; the write was not applied.',
    hint: 'Make space on the disk: writes go on by themselves within a second.',
  },
  SNAPSHOT_DAMAGED: {
    retryable: false,
    outcome: 'definite',
    summary: 'A snapshot or a backup lacks a file, or has one whose bytes are not those that it was written with.',
    hint: 'Look with weft verify DIR; put back the file that the message names from another copy, or use another backup.',
  },
  BACKUP_FAILED: {
    retryable: true,
    outcome: 'definite',
    summary:
      'A backup could not be written to, or read from, its directory; the grid and the backup before are as they were.',
    hint: 'See to the disk that the message names: its space, its rights; then try again.',
  },
  BACKUP_MISSING: {
    retryable: false,
    outcome: 'definite',
    summary: 'A directory that a backup was to be read from holds none.',
    hint: 'Check the path; what grid.backup wrote has a file manifest-….json.',
  },
  DATA_DIR_IN_USE: {
    retryable: true,
    outcome: 'definite',
    summary: 'Another process, or another grid of this one, has the data directory.',
    hint: 'Stop the process that the message names, or use another directory.',
  },
  POSITION_TRUNCATED: {
    retryable: false,
    outcome: 'definite',
    summary: 'A position is not in the log any more, or not in this one.',
    hint: 'Subscribe with initial: true, which gives all rows that match and goes on from there; a larger retain keeps more of the log.',
  },
  SUBSCRIBER_OVERFLOW: {
    retryable: true,
    outcome: 'definite',
    summary: 'A subscriber took events more slowly than they came, for longer than its overflow policy bears.',
    hint: 'Subscribe again from details.position, or with initial: true; take events faster, give a larger buffer, or choose another overflow policy.',
  },
  SUBSCRIBER_LIMIT: {
    retryable: true,
    outcome: 'definite',
    summary: 'A grid has as many subscribers, or a type as many consumer groups, as it may have.',
    hint: 'Close subscriptions that nobody reads; share one among those who want the same.',
  },
  UNREACHABLE: {
    retryable: true,
    outcome: 'definite',
    summary: 'No host of the grid can be reached, or none answered in time; nothing of the call was done.',
    hint: 'Check the address, and that `weft start` runs there; the message names what was tried.',
  },
  OVERLOADED: {
    retryable: true,
    outcome: 'definite',
    summary: 'A host, or the way to it, has more to do than it can within a useful time; nothing of the call was done.',
    hint: 'Ask again after details.retryAfterMs, as the client does by itself within the timeout of the call; if it stays, ask less or add hosts.',
  },
  RESULT_TOO_LARGE: {
    retryable: false,
    outcome: 'definite',
    summary: 'The answer of a call is longer than a frame of the protocol can be.',
    hint: 'Ask for less at once: iterate instead of awaiting, select columns, or set a limit.',
  },
  OUTCOME_UNKNOWN: {
    retryable: false,
    outcome: 'in-doubt',
    summary:
      'The host was lost, or the call stopped waiting, after it may have been done; nobody can tell yet whether it stands.',
    hint: 'Read what the call would have changed before it is made again, or give calls an idempotencyId: then they are repeated safely.',
  },
  SPACE_UNKNOWN: {
    retryable: false,
    outcome: 'definite',
    summary: 'The host does not serve a space of this name.',
    hint: 'Take the name behind the last slash of the address from `weft start --space`.',
  },
  PROTOCOL_MISMATCH: {
    retryable: false,
    outcome: 'definite',
    summary: 'The two ends of a connection have no version of the protocol in common, or one of them broke it.',
    hint: 'Use the same version of Weft at both ends; the message says what each speaks.',
  },
  HOST_STOPPING: {
    retryable: true,
    outcome: 'definite',
    summary: 'The host is stopping and takes no new work; nothing of the call was done.',
    hint: 'Clients of this version wait for the host to come back, within the timeout of the call.',
  },
  PARTITION_ELSEWHERE: {
    retryable: false,
    outcome: 'definite',
    summary: 'The row belongs to a partition that another host of the space has.',
    hint: 'Rows that depend on each other, such as a row and its dead letter, need one routing value to be on one host; weft start --hosts 1 has all of them.',
  },
  LOCAL_ONLY: {
    retryable: false,
    outcome: 'definite',
    summary: 'Only a grid in this process can do this.',
    hint: 'Use the asynchronous handle, grid.space(Type), or run the code on the host.',
  },
  INTERNAL: {
    retryable: false,
    outcome: 'in-doubt',
    summary: 'The host met an error of its own while it did the call.',
    hint: 'The log of the host has it, with the request; please report it.',
  },
  CLOSED: {
    retryable: false,
    outcome: 'definite',
    summary: 'The grid, cursor or handle was closed before the call.',
    hint: 'Open a new one; close only when nothing needs it any more.',
  },
} as const satisfies Record<string, ErrorEntry>;

/** One line of the registry. */
export interface ErrorEntry {
  readonly retryable: boolean;
  readonly outcome: 'definite' | 'in-doubt';
  readonly summary: string;
  readonly hint: string;
}

/** The stable name of an expected error. */
export type ErrorCode = keyof typeof errorRegistry;
