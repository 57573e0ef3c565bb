/** The client's process of one store: fills it, then gets and puts, so many at a time. */
import { makeOrders, reviseOrders, sameOrder, type Order } from '../orders.ts';
import { redisEntries, weftEntries, type Entry } from '../peers/kv-stores.ts';
import type { NetStore } from '../peers/net-store.ts';
import { postgresRows, postgresTicks } from '../peers/postgres-orders.ts';
import { redisHashes, redisJson, weftOrders } from '../peers/typed-stores.ts';
import { expose } from './exposed.ts';
import { eachInFlight, inFlight, type Flown } from './in-flight.ts';
import { collectGarbage } from './collect.ts';
import { flat, randomBelow, randomIndexes, randomSource } from './random.ts';

const SEED = 1;
const DRAWS = 1 << 17;
const FILLING = 512;
const VALUE_CHARACTERS = 100;

const STORES = { weftEntries, redisEntries, weftOrders, redisJson, redisHashes, postgresRows, postgresTicks };
export type NetPart = keyof typeof STORES;
export type NetOperation = 'get' | 'put';

/** What is measured, whatever the rows. */
interface Bench {
  readonly store: NetStore<unknown>;
  /** Two versions of every row; a put writes the one that is not there. */
  readonly versions: readonly [readonly unknown[], readonly unknown[]];
  readonly keys: readonly string[];
  isSame(row: unknown, made: unknown): boolean;
}

const draws = randomIndexes(DRAWS, 2 ** 32, randomSource(SEED + 1));
let bench: Bench;
let at = 0;

export type NetCalls = typeof calls;

const calls = expose({
  /** The name of the store. */
  async open(part: NetPart, address: string, rows: number): Promise<string> {
    bench = {
      store: await STORES[part](address),
      ...(part.endsWith('Entries') ? entries(rows) : orders(rows)),
    } as Bench;
    await eachInFlight(FILLING, rows, (row) => bench.store.put(bench.versions[0][row]));
    return bench.store.name;
  },

  async stretch(operation: NetOperation, loops: number, durationMs: number): Promise<Flown> {
    collectGarbage();
    const first = at;
    const flown = await inFlight(
      loops,
      durationMs,
      operation === 'get' ? (i) => get(first + i) : (i) => put(first + i),
    );
    at += flown.calls;
    return flown;
  },

  /** Every tenth row is what was written last or before. */
  async verify(): Promise<void> {
    await eachInFlight(FILLING, Math.floor(bench.keys.length / 10), (i) => look(10 * i));
  },

  close: () => bench.store.close(),
});

function get(i: number): Promise<void> {
  return look(rowAt(i));
}

async function look(row: number): Promise<void> {
  const found = await bench.store.get(bench.keys[row]!);
  const [one, other] = bench.versions;
  if (!bench.isSame(found, one[row]) && !bench.isSame(found, other[row]))
    throw new Error(`${bench.store.name} has lost or changed ${bench.keys[row]}`);
}

function put(i: number): Promise<unknown> {
  return bench.store.put(bench.versions[i & 1]![rowAt(i)]);
}

function rowAt(i: number): number {
  return draws[i & (DRAWS - 1)]! % bench.keys.length;
}

function entries(rows: number): Omit<Bench, 'store'> {
  const random = randomSource(SEED);
  const keys = Array.from({ length: rows }, (_, i) => flat(`key:${String(i).padStart(8, '0')}`));
  const make = (): Entry[] => keys.map((key) => ({ key, value: makeValue(random) }));
  return { keys, versions: [make(), make()], isSame: (a, b) => (a as Entry)?.value === (b as Entry).value };
}

function makeValue(random: () => number): string {
  let value = '';
  while (value.length < VALUE_CHARACTERS) value += randomBelow(random, 36 ** 5).toString(36);
  return flat(value.slice(0, VALUE_CHARACTERS));
}

function orders(rows: number): Omit<Bench, 'store'> {
  const made = makeOrders(rows, SEED);
  return {
    keys: made.map(({ id }) => id),
    versions: [made, reviseOrders(made, SEED + 2)],
    isSame: (a, b) => a !== undefined && sameOrder(a as Order, b as Order),
  };
}
