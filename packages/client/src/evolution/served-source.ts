import type {
  AggregatePartial,
  AggregatePlan,
  AnswerNote,
  EvolutionPlan,
  FindPlan,
  Key,
  KnownAnswer,
  Mutation,
  Patch,
  Predicate,
  PreparedEvolution,
  QueueSource,
  RowValues,
  RowWork,
  Run,
  RunInserter,
  Source,
  TableAccount,
  UndoableWrites,
  WholeGroup,
  Work,
} from '@weft/data';
import type { Gate } from './gate.ts';

/**
 * A source as the handles of one declaration hold it: what stands behind it changes when the stored declaration does. Work that was
 * asked for and has not begun goes to what stands there when it begins; work under way ends where it began.
 */
export class ServedSource implements Source {
  readonly #gate: Gate;
  #target: Source;

  constructor(target: Source, gate: Gate) {
    this.#target = target;
    this.#gate = gate;
  }

  /** From now on this source is asked. */
  serve(target: Source): void {
    this.#target = target;
  }

  get partition(): number {
    return this.#target.partition;
  }

  get rows(): number {
    return this.#target.rows;
  }

  get bytes(): number {
    return this.#target.bytes;
  }

  account(): TableAccount | undefined {
    return this.#target.account();
  }

  get evicted(): number {
    return this.#target.evicted;
  }

  get isHeldBack(): boolean {
    return this.#gate.isClosed;
  }

  get queue(): QueueSource {
    return this.#target.queue;
  }

  get isReady(): boolean {
    return this.#target.isReady;
  }

  get isSettled(): boolean {
    return this.#target.isSettled;
  }

  settled(key?: Key): Promise<void> | undefined {
    return this.#target.settled(key);
  }

  get(key: Key): object | undefined {
    return this.#target.get(key);
  }

  write(values: RowValues, slot: number, onConflict: 'replace' | 'fail'): boolean {
    return this.#target.write(values, slot, onConflict);
  }

  inserter(rows: number, rowBytes: number): RunInserter | undefined {
    return this.#target.inserter(rows, rowBytes);
  }

  undoable(group?: WholeGroup): UndoableWrites {
    return this.#target.undoable(group);
  }

  group<T>(run: () => T, answer?: AnswerNote<T>): T {
    return this.#target.group(run, answer);
  }

  answerOf(id: string): KnownAnswer | undefined {
    return this.#target.answerOf(id);
  }

  lsnOf(key: Key): number {
    return this.#target.lsnOf(key);
  }

  watch(where: Predicate | undefined, onChange: () => void): () => void {
    return this.#target.watch(where, onChange);
  }

  expiryOf(key: Key): number | undefined {
    return this.#target.expiryOf(key);
  }

  get firstExpiryMs(): number {
    return this.#target.firstExpiryMs;
  }

  *sweep(run?: Run): Work<number> {
    return yield* this.#target.sweep(run);
  }

  update(key: Key, patch: Patch, ifVersion: number | undefined): object | undefined {
    return this.#target.update(key, patch, ifVersion);
  }

  delete(key: Key): boolean {
    return this.#target.delete(key);
  }

  clear(): number {
    return this.#target.clear();
  }

  *find(plan: FindPlan, run?: Run): RowWork {
    yield* this.#target.find(plan, run);
  }

  *count(where: Predicate | undefined, run?: Run): Work<number> {
    return yield* this.#target.count(where, run);
  }

  *aggregate(plan: AggregatePlan, run?: Run): Work<AggregatePartial> {
    return yield* this.#target.aggregate(plan, run);
  }

  *change(where: Predicate | undefined, mutations: readonly Mutation[], run?: Run): Work<number> {
    yield* this.#admitted(run);
    return yield* this.#target.change(where, mutations, run);
  }

  *deleteMany(where: Predicate | undefined, run?: Run): Work<number> {
    yield* this.#admitted(run);
    return yield* this.#target.deleteMany(where, run);
  }

  *evolve(plan: EvolutionPlan, run?: Run): Work<PreparedEvolution> {
    return yield* this.#target.evolve(plan, run);
  }

  /** Changes that take turns read the live rows: a new one waits while a change of declaration waits for those under way. */
  *#admitted(run: Run | undefined): Work<void> {
    while (this.#gate.isClosed && run?.slice !== undefined) yield;
  }
}
