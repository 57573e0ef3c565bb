import { assert, WeftError } from '@weft/base';
import {
  type AggregatePartial,
  type AggregatePlan,
  type AnswerNote,
  compileChange,
  type EvolutionPlan,
  type FindPlan,
  type Key,
  type KnownAnswer,
  type Mutation,
  newCounters,
  type Patch,
  type Predicate,
  type PreparedEvolution,
  rowCodeOf,
  type RowValues,
  type RowWork,
  type Run,
  type RunInserter,
  type Source,
  type TableAccount,
  type TypeSchema,
  type UndoableWrites,
  type WholeGroup,
  WHOLE,
  type Work,
} from '@weft/data';
import { Evolution } from '../evolution/evolution.ts';
import { PortQueue } from '../lease/port-queue.ts';
import type { LeavingColumns } from '../evolution/leaving-columns.ts';
import { AnswerWindow } from '../idempotency/answer-window.ts';
import { NO_ROW } from '../index/key-probe.ts';
import { aggregateRows } from '../query/aggregate.ts';
import { changeRows } from '../query/change-rows.ts';
import { ROWS_AT_ONCE, type QueryContext } from '../query/context.ts';
import { countRows } from '../query/count.ts';
import { findRows } from '../query/find.ts';
import { cutOf, type TableCut } from '../stored/table-cut.ts';
import { accountOf } from '../table/account-of.ts';
import { sweepTable } from '../expiry/sweep-table.ts';
import type { TableContext } from '../table/table-context.ts';
import { Table } from '../table/table.ts';
import { UndoLog } from '../table/undo-log.ts';
import { requireVersion } from '../table/update-row.ts';

/** What a record tells of a change of declaration. */
export interface EvolvedBefore {
  /** What rows got that were there before a time to live was declared; absent where none was. */
  readonly expiryMs: number | undefined;
}

/** The source that a table of this partition is. */
export class TablePort implements Source {
  readonly partition: number;
  readonly #context: TableContext;
  readonly #answers: AnswerWindow;
  #schema: TypeSchema;
  #table: Table | undefined;
  #evolution: Evolution | undefined;
  #queue: PortQueue | undefined;
  /** What the last evolution left behind, until it is given back. */
  #leaving: LeavingColumns | undefined;
  /** Sliced changes and logs of writes under way: they hold row numbers and columns of the present declaration between turns. */
  #changes = 0;

  constructor(
    partition: number,
    schema: TypeSchema,
    context: TableContext,
    answers: AnswerWindow = new AnswerWindow(context.clock),
  ) {
    this.#answers = answers;
    this.partition = partition;
    this.#schema = schema;
    this.#context = context;
  }

  /** The table, made when it is first needed: many types over many partitions cost nothing until rows come. */
  get table(): Table {
    return (this.#table ??= new Table(this.#schema, this.#context));
  }

  /** The declaration that rows are stored by. */
  get schema(): TypeSchema {
    return this.#schema;
  }

  get rows(): number {
    return this.#table?.rowCount ?? 0;
  }

  get bytes(): number {
    return this.#table?.bytes ?? 0;
  }

  get evicted(): number {
    return this.#table?.evictions.count ?? 0;
  }

  account(): TableAccount | undefined {
    return this.#table === undefined ? undefined : accountOf(this.#table);
  }

  /** The rows as a work queue, from the first time that somebody asks. */
  get queue(): PortQueue {
    return (this.#queue ??= new PortQueue(this, this.#context, (work) => this.#counted(work)));
  }

  get isReady(): boolean {
    return this.#table?.snapshots.isReady ?? true;
  }

  /** The rows as they are in this turn, to be written elsewhere; `undefined` where there never were any. */
  cut(): TableCut | undefined {
    return this.#table === undefined ? undefined : cutOf(this.#table);
  }

  /** Takes all snapshots from their readers. */
  close(): void {
    this.#queue?.close();
    this.#table?.snapshots.close();
  }

  get isSettled(): boolean {
    const { log } = this.#context;
    return log.lsn <= log.commits.committed;
  }

  settled(key?: Key): Promise<void> | undefined {
    const { log } = this.#context;
    return log.commits.wait((key === undefined ? 0 : this.lsnOf(key)) || log.lsn);
  }

  get(key: Key): object | undefined {
    return this.#table?.get(key);
  }

  /** Stores staged values. `values` then hold the stored row; whether it was new. */
  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean {
    this.#context.log.admit();
    return this.table.write(values, slot, onConflict);
  }

  inserter(rows: number, rowBytes: number): RunInserter | undefined {
    this.#context.log.admit();
    return this.table.inserter(rows, rowBytes);
  }

  undoable(group?: WholeGroup): UndoableWrites {
    this.#context.log.admit();
    this.#changes++;
    return new UndoLog(this.table, () => this.#changes--, group);
  }

  group<T>(run: () => T, answer?: AnswerNote<T>): T {
    const { log } = this.#context;
    if (answer === undefined) return log.group({}, run);
    const { id, digest, encode } = answer;
    return log.group({ idempotencyId: id }, () => {
      const given = run();
      const result = encode(given);
      log.answered({ digest, result });
      this.#answers.add({ id, digest, result });
      return given;
    });
  }

  answerOf(id: string): KnownAnswer | undefined {
    return this.#answers.find(id);
  }

  lsnOf(key: Key): number {
    const table = this.#table;
    const row = table === undefined ? NO_ROW : table.find(key);
    return row === NO_ROW || table!.expiry?.has(row) === true ? 0 : table!.lsnOf(row);
  }

  watch(where: Predicate | undefined, onChange: () => void): () => void {
    return this.table.watches.add(where, onChange);
  }

  expiryOf(key: Key): number | undefined {
    const row = this.table.find(key);
    return row === NO_ROW ? undefined : (this.table.expiry?.ofRow(row) ?? Infinity);
  }

  get firstExpiryMs(): number {
    return this.#table?.expiry?.firstMs() ?? Infinity;
  }

  *sweep({ slice, counters }: Run = {}): Work<number> {
    return yield* sweepTable(this, this.#context.log, slice ?? WHOLE, counters ?? newCounters());
  }

  /** Changes columns of the row with this key; the new row, or `undefined` where there is none. */
  update(key: Key, patch: Patch, ifVersion: number | undefined): object | undefined {
    this.#context.log.admit();
    const { table } = this;
    const row = table.findPresent(key);
    if (row === NO_ROW) return undefined;
    requireVersion(table, row, key, ifVersion);
    table.patch(row, patch.ordinals, patch.values);
    return table.rowCode.loadKeyed(table.columns, row, key);
  }

  /** Whether there was a row to delete. */
  delete(key: Key): boolean {
    this.#context.log.admit();
    const row = this.table.findPresent(key);
    if (row !== NO_ROW) this.table.remove(row);
    return row !== NO_ROW;
  }

  clear(): number {
    this.#context.log.admit();
    return this.table.clear();
  }

  // The table is looked up at the first step of work, not at the call: an evolution may come between.

  *find(plan: FindPlan, run: Run = {}): RowWork {
    yield* findRows(this.#query(run), plan);
  }

  *count(where: Predicate | undefined, run: Run = {}): Work<number> {
    return yield* countRows(this.#query(run), where);
  }

  *aggregate(plan: AggregatePlan, run: Run = {}): Work<AggregatePartial> {
    return yield* aggregateRows(this.#query(run), plan);
  }

  *change(where: Predicate | undefined, mutations: readonly Mutation[], run: Run = {}): Work<number> {
    this.#context.log.admit();
    const { table } = this;
    const change = compileChange(table.schema, mutations);
    const work = changeRows(this.#query(run), where, (row) => {
      table.patch(
        row,
        change.ordinals,
        change.apply((ordinal) => table.columns[ordinal].get(row)),
      );
    });
    return yield* this.#counted(work);
  }

  *deleteMany(where: Predicate | undefined, run: Run = {}): Work<number> {
    this.#context.log.admit();
    return yield* this.#counted(changeRows(this.#query(run), where, (row) => this.table.remove(row)));
  }

  /** `again`: it was made before, and rows that were there then got this expiry. */
  *evolve(plan: EvolutionPlan, run: Run = {}, again?: EvolvedBefore): Work<PreparedEvolution> {
    if (again === undefined) this.#context.log.admit();
    if (this.#evolution !== undefined) throw this.#isEvolving();
    // To plan, to compile the code of rows and to make the next table take a turn each: all of it may be cold.
    yield;
    rowCodeOf(plan.to);
    yield;
    if (this.#leaving !== undefined) yield* this.#leaving.giveBack(run.slice ?? WHOLE);
    if (this.#evolution !== undefined) throw this.#isEvolving();
    const { table } = this;
    assert(
      plan.from.fingerprint === table.schema.fingerprint,
      'a plan begins at the declaration that rows are stored by',
    );
    const evolution = new Evolution(table, plan, this.#context, again?.expiryMs);
    this.#evolution = evolution;
    let isFilled = false;
    try {
      yield* evolution.fill();
      isFilled = true;
    } finally {
      if (!isFilled) this.#end(evolution.abort());
    }
    return this.#prepared(evolution, again !== undefined);
  }

  #prepared(evolution: Evolution, isAgain: boolean): PreparedEvolution {
    const isReady = (): boolean => this.#changes === 0 && (isAgain || this.#mayKeepExpired(evolution.next));
    return {
      get failure() {
        return evolution.failure;
      },
      get isReady() {
        return isReady();
      },
      commit: () => {
        assert(this.#changes === 0, 'a change under way ends before the columns that it looks at go');
        // Whoever watches knows the columns of the declaration that ends here.
        this.#table?.watches.all();
        this.#end(evolution.commit());
        this.#table = evolution.next;
        this.#schema = evolution.next.schema;
        this.#queue?.redeclared();
        this.#context.log.declare(this.#schema, evolution.expiryMs);
      },
      abort: () => this.#end(evolution.abort()),
    };
  }

  /** Where rows live for ever from now on, those that have expired go first. */
  #mayKeepExpired(next: Table): boolean {
    const { sweeper } = this.table;
    return sweeper === undefined || next.expiry !== undefined || !sweeper.step().isOpen;
  }

  #end(leaving: LeavingColumns): void {
    this.#evolution = undefined;
    this.#leaving = leaving;
  }

  #isEvolving(): WeftError {
    const { name } = this.#schema;
    return new WeftError('EVOLUTION_REFUSED', `${name}: another evolution of this type is under way.`, {
      hint: 'Try again when it has ended.',
      details: { type: name },
    });
  }

  *#counted<T>(work: Work<T>): Work<T> {
    this.#changes++;
    try {
      return yield* work;
    } finally {
      this.#changes--;
    }
  }

  #query({ slice, counters, rowsAtOnce, momentMs }: Run): QueryContext {
    const { arena, clock, log } = this.#context;
    return {
      table: this.table,
      arena,
      slice: slice ?? WHOLE,
      counters: counters ?? newCounters(),
      startedLsn: log.lsn,
      lsnNow: () => log.lsn,
      momentMs: () => momentMs ?? clock.wallMs(),
      isWhole: slice === undefined,
      isTogether: rowsAtOnce !== undefined,
      rowsAtOnce: rowsAtOnce ?? ROWS_AT_ONCE,
    };
  }
}
