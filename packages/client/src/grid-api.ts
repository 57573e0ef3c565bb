/** The grid that users hold: its types, its memory, its end. Embedded and remote grids have `AnyGrid` in common. */
import type { ByteSize, Duration, ErrorCode } from '@weft/base';
import type { AnyType, CallOptions, FeedStats, QueueCounts, TableAccount } from '@weft/data';
import type { LocalSpace, Space } from './api.ts';
import type {
  AtomicAnswers,
  AtomicOptions,
  AtomicWrite,
  AtomicWrites,
  Transaction,
  TransactionOptions,
} from './transaction/transaction-api.ts';

/**
 * What every open grid can, wherever its rows are: code that takes one runs on both kinds. Of what is immediate in one process and a promise over a network,
 * `await` serves both.
 *
 * Every call may end with CLOSED, and with ABORTED and TIMEOUT where it takes `signal` and `timeout`; whatever writes, where a journal is kept, with DISK_FULL, JOURNAL_BUSY
 * and JOURNAL_FAILED. Over a network every call has a timeout, and may end with OVERLOADED, HOST_STOPPING, UNREACHABLE, REQUEST_TOO_LARGE and RESULT_TOO_LARGE:
 * nothing was done, or it was only read. Whatever writes may end with OUTCOME_UNKNOWN: nobody knows whether it was done.
 * @example
 * async function report(grid: AnyGrid) {
 *   const { rows } = await grid.stats();
 *   return rows + (await grid.space(Order).count());
 * }
 */
export interface AnyGrid extends AsyncDisposable {
  /**
   * The asynchronous handle of a type, which is registered where it was not. Throws TYPE_CONFLICT where another
   * declaration has its name that is neither the stored one nor the one before it, and DECLARATION_OUTDATED for one that was stored earlier.
   * @example const orders = grid.space(Order);
   */
  space<T extends AnyType>(type: T): Space<T>;
  /**
   * Runs the callback with handles that read and write as one: all of it is done in one moment, or nothing. Where others have changed
   * what it read, it is run again, up to `retries` times. What it throws undoes it. Its rows lie in one partition.
   * Throws TRANSACTION_CONFLICT, TRANSACTION_SPANS_PARTITIONS, TRANSACTION_TOO_LARGE, TRANSACTION_NESTED, IDEMPOTENCY_MISMATCH, ABORTED, TIMEOUT, CLOSED,
   * and what its writes throw.
   * @example
   * await grid.transaction(async (tx) => {
   *   const accounts = tx.space(Account);
   *   const from = await accounts.getOrThrow('a1');
   *   await accounts.update('a1', { balance: from.balance - 5n });
   * });
   */
  transaction<R>(callback: (tx: Transaction) => Promise<R> | R, options?: TransactionOptions): Promise<Awaited<R>>;
  /**
   * Does several writes to one partition in one moment, or none of them; one answer for each. Throws as the single verbs do, with
   * `details.write` for which one, and TRANSACTION_SPANS_PARTITIONS, TRANSACTION_TOO_LARGE, IDEMPOTENCY_MISMATCH.
   * @example const [order] = await grid.atomic((b) => [b.write(Order, row), b.update(Account, 'a1', { balance: 5n })]);
   */
  atomic<const W extends readonly AtomicWrite<unknown>[]>(
    make: (b: AtomicWrites) => W,
    options?: AtomicOptions,
  ): Promise<AtomicAnswers<W>>;
  /**
   * Takes a type with its rows over to another declaration, while reads and writes go on: adds, drops, renames and widens columns, makes
   * them optional, adds members, builds and drops indexes. All of it or nothing. Handles of the declaration before go on working.
   * Throws EVOLUTION_REFUSED that shows what differs, UNIQUE_VIOLATION, MEMORY_LIMIT, ABORTED, TIMEOUT, CLOSED.
   * @example const { changes } = await grid.evolve(Order); // [ '+ note: string optional' ]
   */
  evolve(type: AnyType, options?: CallOptions): Promise<EvolutionReport>;
  /**
   * Rows and memory, counted.
   * @example console.log((await grid.stats()).bytes);
   */
  stats(): GridStats | Promise<GridStats>;
  /**
   * Waits until all that was done so far, also by `grid.local`, is as safe as the grid makes it: with a `dataDir`, on disk.
   * Throws JOURNAL_FAILED; where the disk is full it waits.
   * @example grid.local(Order).write(order); await grid.flush();
   */
  flush(): Promise<void>;
  /**
   * Writes all rows as they are in one moment to a directory, while reads and writes go on; `createGrid({ restore })` makes a grid of it. Into the
   * directory of an earlier backup only what has changed since is written, and takes its place once it is whole.
   * Throws BACKUP_FAILED, DATA_DIR_IN_USE, SNAPSHOT_TOO_OLD, CLOSED.
   * @example const { rows, writtenBytes } = await grid.backup('/backups/orders');
   */
  backup(directory: string): Promise<BackupReport>;
  /**
   * Changes how much memory the grid may use; below what it uses, writes that grow get MEMORY_LIMIT until rows go. Throws OPTION_INVALID.
   * @example await grid.setMemory('2GB');
   */
  setMemory(size: ByteSize): void | Promise<void>;
  /**
   * Changes how much of the grid's memory the rows of one type may use; `undefined` lifts the quota. Throws OPTION_INVALID.
   * @example await grid.setQuota(Order, '200MB');
   */
  setQuota(type: AnyType, size: ByteSize | undefined): void | Promise<void>;
  /**
   * Closes the grid; what is called afterwards throws CLOSED. Waits up to `drain` for calls under way.
   * @example await grid.close({ drain: '5s' });
   */
  close(options?: CloseOptions): Promise<void>;
  /**
   * As `close()`.
   * @example await using grid = await createGrid({ types: [Order] });
   */
  [Symbol.asyncDispose](): Promise<void>;
}

/** An open grid whose rows are in this process. */
export interface Grid extends AnyGrid {
  /**
   * The synchronous handle of a type, for code on the host itself.
   * @example const local = grid.local(Order);
   */
  local<T extends AnyType>(type: T): LocalSpace<T>;
  /**
   * Rows and memory, counted.
   * @example console.log(grid.stats().bytes);
   */
  stats(): GridStats;
  /**
   * As of `AnyGrid`, from this moment on.
   * @example grid.setMemory('2GB');
   */
  setMemory(size: ByteSize): void;
  /**
   * As of `AnyGrid`, from this moment on.
   * @example grid.setQuota(Order, '200MB');
   */
  setQuota(type: AnyType, size: ByteSize | undefined): void;
}

/** Options of `close`. */
export interface CloseOptions {
  /** How long calls under way may take to finish before they are aborted; none unless said otherwise. */
  readonly drain?: Duration | undefined;
}

/** What `backup` did. */
export interface BackupReport {
  readonly directory: string;
  /** The moment that the rows are of. */
  readonly takenAt: Date;
  readonly rows: number;
  /** Of all pages of the backup, and of those that were not there yet. */
  readonly bytes: number;
  readonly writtenBytes: number;
  readonly durationMs: number;
}

/** What `evolve` did. */
export interface EvolutionReport {
  /** Name of the type. */
  readonly type: string;
  /**
   * The differences that were made, one a line: `+ note: string optional`; `new type` alone where the grid had none of the name.
   * None where the declaration was the stored one.
   */
  readonly changes: readonly string[];
  /** Rows of the type when it went over. */
  readonly rows: number;
  /** Milliseconds that it took, during which the type was served. */
  readonly durationMs: number;
}

/** What a grid holds. */
export interface GridStats {
  readonly rows: number;
  /** Bytes of cells, heaps, dictionaries and indexes in use. */
  readonly bytes: number;
  readonly memory: MemoryStats;
  readonly log: LogStats;
  /** Who has subscribed. */
  readonly events: FeedStats;
  readonly types: readonly TypeStats[];
  readonly idempotency: IdempotencyStats;
}

/** What is remembered of calls with an `idempotencyId`, over all partitions. */
export interface IdempotencyStats {
  readonly ids: number;
  /** UTF-16 units of ids and answers. */
  readonly units: number;
  /** Ids that were forgotten before their hour, since there were too many: a repeated call would be done again. */
  readonly forgotten: number;
}

/** Memory of a grid, counted. `usedBytes + freeBytes` is what it has taken from the system. */
export interface MemoryStats {
  /** Pages, indexes, dictionaries in use, old pages that open reads hold included. */
  readonly usedBytes: number;
  /** Taken from the system and free: used again before more is taken, never given back. */
  readonly freeBytes: number;
  /** What `usedBytes` may grow to, less what is in reserve: `memory` of `createGrid`, or what machine or container allow. */
  readonly limitBytes: number;
  /** Resident memory of the whole process. */
  readonly processBytes: number;
}

/** What survives: nothing a crash, a crash all but the last 50 ms, a crash everything that was acknowledged. */
export type Durability = 'memory' | 'async' | 'sync';

/** The logs of a grid's partitions. */
export interface LogStats {
  /** Undefined where nothing is logged. */
  readonly durability: Durability | undefined;
  /** Bytes of the last changes in memory, for subscribers that come back. */
  readonly bytes: number;
  readonly partitions: readonly PartitionLogStats[];
  /**
   * Why writes are refused now; undefined while they are taken. `DISK_FULL` and `JOURNAL_BUSY` end by themselves; after `JOURNAL_FAILED` the
   * process is to be started again.
   */
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | undefined;
  /** What reading the data directory was when the grid was opened; undefined without one. */
  readonly recovery: RecoveryStats | undefined;
  /** The last snapshot in the data directory; undefined where there was none yet. */
  readonly snapshot: SnapshotStats | undefined;
}

/** A snapshot of all rows on disk, with which a restart begins. */
export interface SnapshotStats {
  /** When it was taken, milliseconds since 1970; undefined where there is none. */
  readonly takenMs: number | undefined;
  readonly rows: number | undefined;
  /** Of all its pages, most of which it may share with the one before. */
  readonly bytes: number | undefined;
  /** Why the last attempt to take another failed; it is tried again. */
  readonly failure: string | undefined;
}

/** What was made again when a grid was opened. */
export interface RecoveryStats {
  /** Changes of rows that the journal told of, made again. */
  readonly changes: number;
  /** Bytes that were read: of the journal and of the snapshot that it goes on from. */
  readonly bytes: number;
  /** Of `bytes`, those of the snapshot, or of the backup. */
  readonly snapshotBytes: number;
  readonly durationMs: number;
}

/** The log of one partition. */
export interface PartitionLogStats {
  /** Position of the last change. */
  readonly lsn: number;
  /** All changes up to this one are committed. */
  readonly committed: number;
}

/** What a grid holds of one type. */
export interface TypeStats extends TableAccount {
  readonly name: string;
  readonly rows: number;
  /** Columns, indexes, heap and row maps together; old pages come on top. */
  readonly bytes: number;
  /** Rows of a cache (`evict`) that went to make room. */
  readonly evicted: number;
  /** What the type may take; undefined without a quota. */
  readonly quotaBytes: number | undefined;
  /** Its rows as a work queue; undefined where nobody uses the type as one. Its bytes come on top. */
  readonly queue: QueueCounts | undefined;
}
