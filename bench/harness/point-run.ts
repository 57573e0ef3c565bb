/**
 * One table size of the `embedded` suite: every store gets the same rows and the same draws. A
 * repetition takes one operation after the other and gives each store a stretch of it in turn,
 * several times round, so that a burst of other work on the machine meets all sides alike. The
 * order of the stores turns with the repetition. Every row read is checked by sum after its stretch, the last rows written
 * after theirs, and rows at random, the row count and the index at the end.
 */
import { sameOrder, SYMBOLS, type Order } from '../orders.ts';
import { collectGarbage } from './collect.ts';
import type { Deadline } from './deadline.ts';
import { Ledger, type Operation } from './ledger.ts';
import { loadLoops, type Cell, type Feed, type Loops, type Stretch } from './loops.ts';
import { watchOtherWork } from './other-work.ts';
import { randomBelow, randomSource } from './random.ts';
import type { PointStore } from './store.ts';

export type Mode = 'awaited' | 'sync';

/** `operation mode` → store name → operations a second, one per repetition. */
export type Rates = Map<string, Map<string, number[]>>;

export type PointRunInput = {
  readonly runners: readonly Runner[];
  readonly reps: number;
  /** Least time that a repetition gives each operation of each store, over all its stretches. */
  readonly cellMs: number;
  readonly deadline: Deadline;
  readonly say: (line: string) => void;
};

export type PointRun = {
  readonly rates: Rates;
  /** Cores busy with other work, one figure per repetition; empty where it cannot be known. */
  readonly otherCores: readonly number[];
};

const OPERATIONS: readonly Operation[] = ['get', 'put', 'update'];
const MODES: readonly Mode[] = ['awaited', 'sync'];
/** Stretches of one store and operation in a repetition. */
const STRETCHES = 4;
const WRITTEN_CHECK_ROWS = 16;
const SPOT_CHECK_ROWS = 500;
const SPOT_CHECK_SYMBOLS = 3;

/** Runs all repetitions on loaded stores. Throws where a store answers wrongly. */
export async function runPoints({ runners, reps, cellMs, deadline, say }: PointRunInput): Promise<PointRun> {
  const rates: Rates = new Map();
  const otherCores: number[] = [];
  // Unmeasured: the loops get compiled, the peers' plans cached.
  for (const turn of schedule(runners, 0))
    await turn.runner.run({ operation: turn.operation, mode: turn.mode }, cellMs / STRETCHES);
  for (let rep = 0; rep < reps; rep++) {
    for (const runner of runners) await runner.collect();
    const endWatch = watchOtherWork();
    const sums: Sums = new Map();
    for (const turn of schedule(runners, rep)) {
      addCell(sums, turn, await turn.runner.run({ operation: turn.operation, mode: turn.mode }, cellMs / STRETCHES));
    }
    for (const { key, store, ops, seconds } of sums.values()) addRate(rates, key, store, ops / seconds);
    const others = endWatch();
    if (others !== undefined) otherCores.push(others);
    for (const runner of runners) await runner.rest();
    deadline.check();
    say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
  }
  for (const runner of runners) await runner.spotCheck();
  return { rates, otherCores };
}

/** One loaded store, in this thread or in one of its own (`worker-runner.ts`). */
export type Runner = {
  readonly name: string;
  readonly hasSync: boolean;
  run(task: Task, stretchMs: number): Promise<Cell>;
  spotCheck(): Promise<void>;
  collect(): Promise<void>;
  rest(): Promise<void>;
  close(): Promise<void>;
};

export type Task = { readonly operation: Operation; readonly mode: Mode };
type Turn = Task & { readonly runner: Runner };

/** What the stretches of one store and task of a repetition add up to. */
type Sum = { readonly key: string; readonly store: string; ops: number; seconds: number };
type Sums = Map<string, Sum>;

function* schedule(runners: readonly Runner[], rep: number): Generator<Turn> {
  for (const operation of OPERATIONS) {
    for (const mode of MODES) {
      for (let i = 0; i < runners.length * STRETCHES; i++) {
        const runner = runners[(i + rep) % runners.length]!;
        if (mode === 'awaited' || runner.hasSync) yield { operation, mode, runner };
      }
    }
  }
}

/** The runner of a store that has been loaded with the feed's first version. */
export async function makeRunner(store: PointStore, feed: Feed): Promise<Runner> {
  const loops = await loadLoops(store.name);
  const ledger = new Ledger(feed);
  let from = 0;
  return {
    name: store.name,
    hasSync: store.sync !== undefined,
    async run({ operation, mode }, stretchMs) {
      // A turn of the event loop first: what the store before left to do is not for this one.
      await new Promise((resolve) => void setImmediate(resolve));
      const cell = await measure({ loops, store, feed, ledger, operation, mode, stretch: { from, stretchMs } });
      from += cell.ops;
      ledger.record(operation, cell);
      if (operation === 'get') checkDigest(store, ledger, cell);
      else await checkWritten(store, feed, ledger, cell);
      return cell;
    },
    spotCheck: () => spotCheck(store, feed, ledger),
    collect: async () => collectGarbage(),
    rest: async () => store.rest?.(),
    close: () => store.close(),
  };
}

type Measure = {
  readonly loops: Loops;
  readonly store: PointStore;
  readonly feed: Feed;
  readonly ledger: Ledger;
  readonly operation: Operation;
  readonly mode: Mode;
  readonly stretch: Stretch;
};

function measure({ loops, store, feed, ledger, operation, mode, stretch }: Measure): Promise<Cell> | Cell {
  if (mode === 'awaited') {
    if (operation === 'get') return loops.getAwaited(store.awaited, feed, stretch);
    if (operation === 'put') return loops.putAwaited(store.awaited, feed, ledger.turns, stretch);
    return loops.updateAwaited(store.awaited, feed, stretch);
  }
  const calls = store.sync!;
  if (operation === 'get') return loops.getSync(calls, feed, stretch);
  if (operation === 'put') return loops.putSync(calls, feed, ledger.turns, stretch);
  return loops.updateSync(calls, feed, stretch);
}

function checkDigest(store: PointStore, ledger: Ledger, cell: Cell): void {
  const expected = ledger.digest(cell);
  if (!Object.is(cell.digest, expected)) {
    throw new Error(`${store.name} answered wrongly: ${cell.ops} gets add up to ${cell.digest}, must be ${expected}`);
  }
}

/** The rows written last in a stretch: later stretches would write over what this one lost. */
async function checkWritten(store: PointStore, feed: Feed, ledger: Ledger, { from, ops }: Cell): Promise<void> {
  const last = from + ops;
  for (let at = Math.max(from, last - WRITTEN_CHECK_ROWS); at < last; at++) {
    await checkRow(store, ledger.expected(feed.draws[at & feed.mask]!));
  }
}

/** Whole rows by random key, the row count, and the secondary index against the ledger. */
async function spotCheck(store: PointStore, feed: Feed, ledger: Ledger): Promise<void> {
  const random = randomSource(Date.now());
  for (let i = 0; i < SPOT_CHECK_ROWS; i++) {
    await checkRow(store, ledger.expected(randomBelow(random, feed.ids.length)));
  }
  const count = await store.count();
  if (count !== feed.ids.length) throw new Error(`${store.name} holds ${count} rows, must be ${feed.ids.length}`);
  for (let i = 0; i < SPOT_CHECK_SYMBOLS; i++) {
    const symbol = SYMBOLS[randomBelow(random, SYMBOLS.length)]!;
    const found = await store.countSymbol(symbol);
    const expected = ledger.countSymbol(symbol);
    if (found !== expected)
      throw new Error(`${store.name} finds ${found} rows of symbol ${symbol}, must be ${expected}`);
  }
}

async function checkRow(store: PointStore, expected: Order): Promise<void> {
  const found = await store.awaited.get(expected.id);
  if (found === undefined || !sameOrder(found, expected)) {
    throw new Error(`${store.name} holds a wrong row for the key ${expected.id}`);
  }
}

function addCell(sums: Sums, { operation, mode, runner }: Turn, { ops, seconds }: Cell): void {
  const key = `${operation} ${mode}`;
  const store = runner.name;
  const sum = sums.get(`${key} ${store}`);
  if (sum === undefined) {
    sums.set(`${key} ${store}`, { key, store, ops, seconds });
  } else {
    sum.ops += ops;
    sum.seconds += seconds;
  }
}

function addRate(rates: Rates, key: string, store: string, rate: number): void {
  let byStore = rates.get(key);
  if (byStore === undefined) rates.set(key, (byStore = new Map()));
  const list = byStore.get(store);
  if (list === undefined) byStore.set(store, [rate]);
  else list.push(rate);
}
