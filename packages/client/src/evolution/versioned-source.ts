import { assert } from '@weft/base';
import {
  type AggregatePartial,
  type AggregatePlan,
  type AnswerNote,
  type FindPlan,
  isDirect,
  type Key,
  KeyCode,
  type KnownAnswer,
  type Mutation,
  type OldView,
  type Patch,
  type Predicate,
  type RowValues,
  type RowWork,
  type Run,
  type Source,
  type TableAccount,
  translateAggregate,
  translateFind,
  translateMutations,
  translatePatch,
  translateWhere,
  type UndoableWrites,
  type WholeGroup,
  whereOf,
  type Work,
} from '@weft/data';
import { VersionedQueue } from './versioned-queue.ts';
import { adoptPartial, aggregateShown } from './versioned-aggregate.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * A table of the stored declaration as the one before it sees it: questions, keys and values are translated on their way in, rows
 * and figures on their way out.
 *
 * - Columns that the older declaration does not know keep their value when it replaces a row, and have their default in a new one.
 * - Dropped columns show their default or nothing; what is written to them is not kept.
 * - What cannot be shown throws DECLARATION_OUTDATED, of point calls before anything is changed.
 */
export class VersionedSource implements Source {
  readonly #view: OldView;
  readonly #inner: Source;
  #queue: VersionedQueue | undefined;
  readonly #keyCode: KeyCode;
  readonly #keepsUnknown: boolean;
  /** The row being written, by ordinal of the stored declaration. Used within one turn only. */
  readonly #values: RowValues;

  /** `inner` is of the stored declaration, for which `view` was made. */
  constructor(view: OldView, inner: Source) {
    this.#view = view;
    this.#inner = inner;
    this.#keyCode = new KeyCode(view.stored);
    const hasKey = view.stored.columns[view.stored.key[0]!]!.role !== 'hiddenKey';
    this.#keepsUnknown = hasKey && view.unknown.length > 0;
    this.#values = view.stored.columns.map(() => undefined);
  }

  get partition(): number {
    return this.#inner.partition;
  }

  get rows(): number {
    return this.#inner.rows;
  }

  get bytes(): number {
    return this.#inner.bytes;
  }

  account(): TableAccount | undefined {
    return this.#inner.account();
  }

  get evicted(): number {
    return this.#inner.evicted;
  }

  get queue(): VersionedQueue {
    return (this.#queue ??= new VersionedQueue(this.#view, this.#inner.queue));
  }

  get isReady(): boolean {
    return this.#inner.isReady;
  }

  get isSettled(): boolean {
    return this.#inner.isSettled;
  }

  settled(key?: Key): Promise<void> | undefined {
    return this.#inner.settled(key);
  }

  get(key: Key): object | undefined {
    return this.#shown(this.#inner.get(key));
  }

  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean {
    return this.#write(this.#inner, values, slot, onConflict);
  }

  /** Each row is translated. */
  inserter(): undefined {
    return undefined;
  }

  undoable(group?: WholeGroup): UndoableWrites {
    const log = this.#inner.undoable(group);
    return {
      write: (values, slot, onConflict) => this.#write(log, values, slot, onConflict),
      update: (key, patch, ifVersion) => this.#update(log, key, patch, ifVersion),
      delete: (key) => log.delete(key),
      undo: () => log.undo(),
      end: () => log.end(),
    };
  }

  group<T>(run: () => T, answer?: AnswerNote<T>): T {
    return this.#inner.group(run, answer);
  }

  answerOf(id: string): KnownAnswer | undefined {
    return this.#inner.answerOf(id);
  }

  lsnOf(key: Key): number {
    return this.#inner.lsnOf(key);
  }

  watch(where: Predicate | undefined, onChange: () => void): () => void {
    const translated = translateWhere(this.#view, where);
    if (translated === false) return () => undefined;
    return this.#inner.watch(whereOf(translated).where, onChange);
  }

  #write(into: Pick<Source, 'write'>, values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean {
    const view = this.#view;
    view.requireShown();
    const stored = this.#values;
    view.store(values, undefined, stored);
    if (this.#keepsUnknown && onConflict === 'replace') {
      const before = this.#inner.get(this.#keyCode.of(stored));
      if (before !== undefined) view.store(values, before as Row, stored);
    }
    const isNew = into.write(stored, slot, onConflict);
    view.showValues(stored, values);
    return isNew;
  }

  expiryOf(key: Key): number | undefined {
    return this.#inner.expiryOf(key);
  }

  get firstExpiryMs(): number {
    return this.#inner.firstExpiryMs;
  }

  *sweep(run?: Run): Work<number> {
    return yield* this.#inner.sweep(run);
  }

  update(key: Key, patch: Patch, ifVersion: number | undefined): object | undefined {
    return this.#update(this.#inner, key, patch, ifVersion);
  }

  #update(into: Pick<Source, 'update'>, key: Key, patch: Patch, ifVersion: number | undefined): object | undefined {
    const translated = translatePatch(this.#view, patch);
    if (this.#view.canFail) this.#requireShown(key, translated);
    return this.#shown(into.update(key, translated, ifVersion));
  }

  delete(key: Key): boolean {
    return this.#inner.delete(key);
  }

  clear(): number {
    return this.#inner.clear();
  }

  *find(plan: FindPlan, run?: Run): RowWork {
    const translated = translateFind(this.#view, plan);
    if (translated === undefined) return;
    const { show } = translated;
    for (const batch of this.#inner.find(translated.plan, run)) {
      yield batch?.map((row) => show(row as Row));
    }
  }

  *count(where: Predicate | undefined, run?: Run): Work<number> {
    const translated = translateWhere(this.#view, where);
    if (translated === false) return 0;
    return yield* this.#inner.count(whereOf(translated).where, run);
  }

  *aggregate(plan: AggregatePlan, run?: Run): Work<AggregatePartial> {
    const where = translateWhere(this.#view, plan.where);
    if (where === false || !isDirect(this.#view, plan)) {
      const rows = (of: FindPlan): RowWork => this.find(of, run);
      return yield* aggregateShown(this.#view.schema, plan, rows);
    }
    const partial = yield* this.#inner.aggregate(translateAggregate(this.#view, plan, where), run);
    return yield* adoptPartial(this.#view.schema, plan, partial, run?.slice);
  }

  *change(where: Predicate | undefined, mutations: readonly Mutation[], run?: Run): Work<number> {
    const steps = translateMutations(this.#view, mutations);
    const translated = translateWhere(this.#view, where);
    if (translated === false) return 0;
    return yield* this.#inner.change(whereOf(translated).where, steps, run);
  }

  *deleteMany(where: Predicate | undefined, run?: Run): Work<number> {
    const translated = translateWhere(this.#view, where);
    if (translated === false) return 0;
    return yield* this.#inner.deleteMany(whereOf(translated).where, run);
  }

  evolve(): never {
    return assert(false, 'the stored declaration evolves, not the one before it') as never;
  }

  #shown(row: object | undefined): object | undefined {
    return row === undefined ? undefined : this.#view.show(row as Row);
  }

  /** Throws DECLARATION_OUTDATED where the row could not be shown once it is patched. */
  #requireShown(key: Key, { ordinals, values }: Patch): void {
    const before = this.#inner.get(key);
    if (before === undefined) return;
    const after: Record<string, unknown> = { ...before };
    const { columns } = this.#view.stored;
    for (const [at, ordinal] of ordinals.entries()) after[columns[ordinal]!.name] = values[at];
    this.#view.show(after);
  }
}
