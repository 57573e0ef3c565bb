import type { ValueRun } from '../column/value-run.ts';
import type { AggregatePartial } from '../evaluate/aggregate-partial.ts';
import type { EvolutionPlan } from '../evolution/plan.ts';
import type { TableAccount } from '../memory/table-account.ts';
import type { Predicate } from '../predicate/predicate.ts';
import type { Key } from '../row/key-code.ts';
import type { RowValues } from '../row/row-code.ts';
import type { ScanCounters } from './counters.ts';
import type { QueueSource } from './queue-source.ts';
import type { AggregatePlan, FindPlan, Mutation } from './plan.ts';
import type { RowWork, Slice, Work } from './work.ts';

/** How work runs: with a slice it pauses at the slice's end, without one it is done in one turn. */
export interface Run {
  readonly slice?: Slice;
  readonly counters?: ScanCounters;
  /**
   * Set where several sources answer together, as of one moment: the first step of the work, which the caller takes for all of
   * them in one turn, opens its view and pauses, or finishes at once where up to this many rows are to be read.
   */
  readonly rowsAtOnce?: number;
  /** Set with it: the moment, in milliseconds since 1970, at which rows must not have expired. */
  readonly momentMs?: number;
}

/** A checked patch: normalised values by ordinal, `undefined` where the column is cleared. */
export interface Patch {
  readonly ordinals: readonly number[];
  readonly values: readonly unknown[];
}

/** Writes that can be taken back, the last one first. */
export interface UndoableWrites {
  /** As `Source.write`. */
  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean;
  /** As `Source.update`. */
  update(key: Key, patch: Patch, ifVersion: number | undefined): object | undefined;
  /** As `Source.delete`. */
  delete(key: Key): boolean;
  /** Takes back the last write that still stands. False where its row stays as it is, since other calls have changed it, or what it needs. */
  undo(): boolean;
  /** To be called once, when no more is written or taken back: until then the declaration of the rows does not change. */
  end(): void;
}

/**
 * Of writes to several tables that are one: all are in one turn, and where one fails all before it are taken back, so that even the
 * positions of their rows are what they were.
 */
export interface WholeGroup {
  /** What taking back those so far may need. */
  heldBytes: number;
}

/** What is kept of a call so that the same call gets the same answer. */
export interface AnswerNote<T> {
  /** Its idempotency id. */
  readonly id: string;
  /** Of what it asks for. */
  readonly digest: string;
  /** The answer as text. */
  readonly encode: (answer: T) => string;
}

/** What a call was answered. */
export interface KnownAnswer {
  readonly digest: string;
  /** As `AnswerNote.encode` made it. */
  readonly result: string;
}

/** Takes new rows column by column, in the turn that it was asked for. */
export interface RunInserter {
  /**
   * Stores the batch's rows `picks`, up to the first whose key may be there already. `slots`: those of the picked rows. How many were
   * stored.
   */
  insert(columns: readonly ValueRun[], picks: Int32Array, slots: Int32Array): number;
}

/**
 * One type in one partition, as those who ask it see it. Point calls are one turn; the others are work that may pause.
 * Keys, values, plans and mutations have been checked.
 */
export interface Source {
  readonly partition: number;
  readonly rows: number;
  readonly bytes: number;
  /** Rows of a cache that went to make room. */
  readonly evicted: number;
  /** What `bytes` are of, and old pages; `undefined` where nothing was ever stored. */
  account(): TableAccount | undefined;
  /** Whether work that answers together with others may begin now: snapshots open only so often. */
  readonly isReady: boolean;
  /** Whether all that the partition has done so far is committed. */
  readonly isSettled: boolean;
  /**
   * Resolves once what the partition has done so far is committed, rejects once it never will be; `undefined` where it is. `key`: the one row that
   * somebody saw or changed, where it was one.
   */
  settled(key?: Key): Promise<void> | undefined;
  /** Whether changes that take several turns should not begin now: a change of declaration waits for those under way. */
  readonly isHeldBack?: boolean;
  get(key: Key): object | undefined;
  /** Stores values by ordinal; they then hold the stored row. Whether it was new. Throws KEY_EXISTS, UNIQUE_VIOLATION, … */
  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean;
  /**
   * For so many rows of a batch, whose long values have so many bytes at most: it is certain that they find room, and nothing but their
   * key can refuse them. `undefined` where they must be written one by one.
   */
  inserter(rows: number, rowBytes: number): RunInserter | undefined;
  /** For rows that are written all or not at all. In one turn every write can be taken back; over several, other calls run between. */
  undoable(group?: WholeGroup): UndoableWrites;
  /**
   * All that `run` changes in this partition, of any type, becomes one record; nothing where it throws, having taken back what it did. `answer`:
   * what is to be known afterwards of the call that asked for it.
   */
  group<T>(run: () => T, answer?: AnswerNote<T>): T;
  /** What the call with this idempotency id was answered in this partition, as far as that is still known. */
  answerOf(id: string): KnownAnswer | undefined;
  /** The position of the last change of the row with this key; 0 where there is no such row. Uses no row of a cache. */
  lsnOf(key: Key): number;
  /**
   * Calls back once, in its turn, when a row changes that matches before or after, or when that can no longer be told. Returns how to
   * end that. Each change of the type is held against each watch, so they are to be few and short.
   */
  watch(where: Predicate | undefined, onChange: () => void): () => void;
  /** When the row with this key expires or has expired, in milliseconds since 1970, Infinity for never; `undefined` where there is none. */
  expiryOf(key: Key): number | undefined;
  /** No row expires before this moment, in milliseconds since 1970; Infinity where none ever does. */
  readonly firstExpiryMs: number;
  /** Removes rows that have expired: nobody sees them any more. Pauses after each step. How many; `counters` say how many were looked at. */
  sweep(run?: Run): Work<number>;
  /** The new row, `undefined` where there is none with this key. Throws VERSION_CONFLICT, UNIQUE_VIOLATION, … */
  update(key: Key, patch: Patch, ifVersion: number | undefined): object | undefined;
  /** Whether there was such a row. */
  delete(key: Key): boolean;
  /** Removes all rows; how many there were. */
  clear(): number;
  find(plan: FindPlan, run?: Run): RowWork;
  /** The rows as a work queue. */
  readonly queue: QueueSource;
  count(where: Predicate | undefined, run?: Run): Work<number>;
  aggregate(plan: AggregatePlan, run?: Run): Work<AggregatePartial>;
  /** How many rows changed. */
  change(where: Predicate | undefined, mutations: readonly Mutation[], run?: Run): Work<number>;
  deleteMany(where: Predicate | undefined, run?: Run): Work<number>;
  /**
   * Builds beside the table what a plan from its present schema needs, while reads and writes go on by that schema. The work ends
   * when all is built; until `commit` the source answers as before. `return()` before that, and every throw, leave no trace.
   * Throws UNIQUE_VIOLATION that names the key of a row, MEMORY_LIMIT, EVOLUTION_REFUSED where another evolution is under way.
   */
  evolve(plan: EvolutionPlan, run?: Run): Work<PreparedEvolution>;
}

/** An evolution of one source that waits for its decision. Writes keep it complete until then. */
export interface PreparedEvolution {
  /** Why it cannot be carried out any more, such as a row that was written since and breaks a new unique index. */
  readonly failure: unknown;
  /** Whether `commit` may be called in this turn: no work that began by the old schema needs it any more, but for reads of snapshots. */
  readonly isReady: boolean;
  /** From here on the source has the plan's new schema. One short turn. What went is given back in steps of later writes. */
  commit(): void;
  /** Takes back what was built. */
  abort(): void;
}
