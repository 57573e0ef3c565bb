/** Test help: a host whose clock, timers and turns a test moves by hand, and partitions that hold plain rows. */
import {
  aggregateShape,
  AggregatePartial,
  compileMatcher,
  convertValue,
  expiryOf,
  rowCodeOf,
  KeyCode,
  NaiveAggregate,
  rowOrder,
  type AggregatePlan,
  type AnyType,
  type ColumnReader,
  type EvolutionPlan,
  type FindPlan,
  type Key,
  type Patch,
  type Predicate,
  type PreparedEvolution,
  type RowValues,
  type RowWork,
  type Run,
  type Source,
  type TypeSchema,
  type UndoableWrites,
  type Work,
} from '@weft/data';
import { Call } from './call.ts';
import type { Pace } from './drive.ts';
import type { Host } from './host.ts';
import { Router } from './router.ts';
import type { Changes } from './subscribe/subscribe.ts';
import { UnderWay } from './under-way.ts';

export interface TestHost extends Host {
  /** Lets time pass, and fires the timers that are due. */
  pass(ms: number): void;
  /** Timers that are set. */
  readonly timerCount: number;
  /** Turns asked for so far. */
  readonly turnCount: number;
}

export function testHost(): TestHost {
  let nowMs = 1_700_000_000_000;
  let turnCount = 0;
  let word = 1;
  const due = new Map<() => void, number>();
  return {
    clock: { monotonicMs: () => nowMs, wallMs: () => nowMs },
    random: { uint32: () => (word = Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0 },
    timers: {
      after(delayMs, callback) {
        due.set(callback, nowMs + delayMs);
        return () => due.delete(callback);
      },
    },
    turns: {
      elapsedMs: () => 0,
      async next() {
        turnCount++;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
    pass(ms) {
      nowMs += ms;
      for (const [callback, atMs] of due) {
        if (atMs > nowMs) continue;
        due.delete(callback);
        callback();
      }
    },
    get timerCount() {
      return due.size;
    },
    get turnCount() {
      return turnCount;
    },
  };
}

/** Changes that nobody hears of. */
export const noChanges: Changes = {
  feed: {
    open: () => {
      throw new Error('nobody subscribes here');
    },
    pressure: () => undefined,
  },
  convertFrom: () => (values) => values,
};

/** A pace whose slice is over at every look, unless said otherwise. */
export function testPace(host: Host, isOver = true): Pace {
  return { turns: host.turns, slice: { isOver: () => isOver }, underWay: new UnderWay() };
}

export function testCall(
  host: Host,
  options: ConstructorParameters<typeof Call>[1] = {},
  closing: AbortSignal = new AbortController().signal,
): Call {
  return new Call('Type.verb', options, host, closing);
}

/** A router over so many partitions of plain rows. */
export function testRouter(
  type: AnyType,
  partitions: number,
  host: Host = testHost(),
): { readonly router: Router; readonly sources: readonly PlainSource[] } {
  const sources = Array.from({ length: partitions }, (_, partition) => new PlainSource(type.schema, partition));
  return { sources, router: new Router(type.schema, sources, host) };
}

/** A partition in the plainest form: an array of rows, looked at one by one; pauses before each batch of two rows. */
export class PlainSource implements Source {
  readonly partition: number;
  readonly bytes = 0;
  readonly evicted = 0;
  readonly isReady = true;
  /** What calls wait for before they answer. */
  committing: Promise<void> | undefined;
  /** Work that was begun and has not ended. */
  open = 0;
  /** Questions that reached this partition. */
  asked = 0;
  /** What `evolve` is to fail with at its end, and whether it is ready to go over. */
  failure: unknown = undefined;
  canGoOver = true;
  /** Evolutions that were taken back. */
  aborted = 0;
  #schema: TypeSchema;
  #keyCode: KeyCode;
  #held: RowValues[] = [];

  constructor(schema: TypeSchema, partition: number) {
    this.#schema = schema;
    this.#keyCode = new KeyCode(schema);
    this.partition = partition;
  }

  get rows(): number {
    return this.#held.length;
  }

  get isSettled(): boolean {
    return this.committing === undefined;
  }

  settled(): Promise<void> | undefined {
    return this.committing;
  }

  account(): undefined {
    return undefined;
  }

  get(key: Key): object | undefined {
    const found = this.#find(key);
    return found === undefined ? undefined : this.#show(found);
  }

  write(values: RowValues, slot: number, _onConflict: 'replace' | 'fail'): boolean {
    values[this.#schema.columns.findIndex(({ role }) => role === 'slot')] = slot;
    const held = this.#find(this.#keyCode.of(values));
    if (held === undefined) this.#held.push([...values]);
    else Object.assign(held, values);
    return held === undefined;
  }

  inserter(): undefined {
    return undefined;
  }

  undoable(): UndoableWrites {
    const before: RowValues[][] = [];
    return {
      write: (values, slot, onConflict) => {
        before.push(this.#held.map((row) => [...row]));
        return this.write(values, slot, onConflict);
      },
      update: (key, patch) => {
        before.push(this.#held.map((row) => [...row]));
        return this.update(key, patch);
      },
      delete: (key) => {
        before.push(this.#held.map((row) => [...row]));
        return this.delete(key);
      },
      undo: () => {
        this.#held = before.pop()!;
        return true;
      },
      end: () => undefined,
    };
  }

  group<T>(run: () => T): T {
    return run();
  }

  answerOf(): undefined {
    return undefined;
  }

  lsnOf(key: Key): number {
    return this.#find(key) === undefined ? 0 : 1;
  }

  watch(): () => void {
    return () => undefined;
  }

  expiryOf(key: Key): number | undefined {
    const expiry = expiryOf(this.#schema);
    const held = this.#find(key);
    return held === undefined ? undefined : ((held[expiry] as Date | undefined)?.getTime() ?? Infinity);
  }

  readonly firstExpiryMs = Infinity;

  sweep(): Work<number> {
    throw new Error('plain rows do not expire');
  }

  update(key: Key, patch: Patch): object | undefined {
    const held = this.#find(key);
    if (held === undefined) return undefined;
    for (const [i, ordinal] of patch.ordinals.entries()) held[ordinal] = patch.values[i];
    return this.#show(held);
  }

  delete(key: Key): boolean {
    const held = this.#find(key);
    this.#held = this.#held.filter((row) => row !== held);
    return held !== undefined;
  }

  clear(): number {
    const count = this.#held.length;
    this.#held = [];
    return count;
  }

  *find(plan: FindPlan, run: Run = {}): RowWork {
    this.open++;
    try {
      const rows = this.#matching(plan.where, run).map((values) => this.#show(values)) as Record<string, unknown>[];
      if (plan.orderBy !== undefined)
        rows.sort(rowOrder(this.#schema.columns, plan.orderBy) as (a: object, b: object) => number);
      const { offset = 0, limit = Infinity, select } = plan;
      const cut = rows
        .slice(offset, offset + limit)
        .map((row) => (select === undefined ? row : Object.fromEntries(select.map((name) => [name, row[name]]))));
      for (let at = 0; at < cut.length; at += 2) {
        yield;
        yield cut.slice(at, at + 2);
      }
    } finally {
      this.open--;
    }
  }

  *count(where: Predicate | undefined, run: Run = {}): Work<number> {
    const rows = this.#matching(where, run);
    yield;
    return rows.length;
  }

  *aggregate(plan: AggregatePlan, run: Run = {}): Work<AggregatePartial> {
    const rows = this.#matching(plan.where, run);
    const partial = new AggregatePartial(aggregateShape(this.#schema, plan));
    const naive = new NaiveAggregate(this.#schema, plan, readersOf(this.#schema, rows), partial);
    for (const row of rows.keys()) naive.add(row);
    yield;
    return partial;
  }

  get queue(): never {
    throw new Error('plain rows are no queue');
  }

  change(): Work<number> {
    throw new Error('plain rows do not change');
  }

  *evolve(plan: EvolutionPlan): Work<PreparedEvolution> {
    yield;
    const failureOf = () => this.failure;
    const isReadyNow = () => this.canGoOver;
    return {
      get failure() {
        return failureOf();
      },
      get isReady() {
        return isReadyNow();
      },
      commit: () => this.#goOver(plan),
      abort: () => void this.aborted++,
    };
  }

  #goOver({ from, to, columns }: EvolutionPlan): void {
    this.#schema = to;
    this.#keyCode = new KeyCode(to);
    this.#held = this.#held.map((values) =>
      columns.map((step, ordinal) => {
        if (step.kind === 'add') return step.default;
        const value = values[step.from];
        if (step.kind === 'keep' || value === undefined) return value;
        return convertValue(from.columns[step.from]!.kind, to.columns[ordinal]!.kind, value);
      }),
    );
  }

  *deleteMany(where: Predicate | undefined, run: Run = {}): Work<number> {
    const rows = new Set(this.#matching(where, run));
    yield;
    this.#held = this.#held.filter((row) => !rows.has(row));
    return rows.size;
  }

  #find(key: Key): RowValues | undefined {
    const wanted = String(key);
    return this.#held.find((values) => String(this.#keyCode.of(values)) === wanted);
  }

  #show(values: RowValues): object {
    return rowCodeOf(this.#schema).show(values);
  }

  #matching(where: Predicate | undefined, { counters }: Run): RowValues[] {
    this.asked++;
    const matches =
      where === undefined ? () => true : compileMatcher(this.#schema, where, readersOf(this.#schema, this.#held));
    const rows = this.#held.filter((_, row) => matches(row));
    if (counters !== undefined) {
      counters.rowsRead += this.#held.length;
      counters.rowsMatched += rows.length;
    }
    return rows;
  }
}

function readersOf(schema: TypeSchema, rows: readonly RowValues[]): ColumnReader[] {
  return schema.columns.map((column) => ({
    schema: column,
    get: (row) => rows[row]![column.ordinal],
    isNull: (row) => rows[row]![column.ordinal] === undefined,
  }));
}
