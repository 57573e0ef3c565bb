/** A process of the suite `connections`: many grids, a connection each, that do nothing or get and put. */
import { connect, defineType, t, type Grid, type Space } from 'weft';
import { expose } from './exposed.ts';
import { eachInFlight, inFlight, type Flown } from './in-flight.ts';

const Entries = defineType('ConnectionEntry', { key: t.string(), value: t.string() }, { key: 'key' });
const KEYS = 10_000;
const VALUE = 'v'.repeat(100);
/** Connections that are opened at a time. */
const OPENING = 50;

type Connected = Pick<Grid, 'close'> & { readonly space: Space<typeof Entries> };
let grids: Connected[] = [];

export type ConnectionsCalls = typeof calls;

const calls = expose({
  async open(url: string, count: number): Promise<void> {
    await eachInFlight(OPENING, count, async () => {
      const grid = await connect(url, { types: [Entries] });
      grids.push({ space: grid.space(Entries), close: () => grid.close() });
    });
  },

  /** Every key has a value. */
  async fill(): Promise<void> {
    await eachInFlight(OPENING, KEYS, (at) => grids[0]!.space.write({ key: keyOf(at), value: VALUE }));
  },

  /** Gets and puts in turn on each connection, so many calls at a time. */
  busy(loops: number, durationMs: number): Promise<Flown> {
    const all = grids.length;
    return inFlight(loops * all, durationMs, (at) => {
      const { space } = grids[at % all]!;
      const round = Math.floor(at / all);
      const key = keyOf(at * 7919);
      return round % 2 === 0 ? look(space, key) : space.write({ key, value: VALUE });
    });
  },

  /** One get on each connection: all of them are there still. */
  async look(): Promise<void> {
    await eachInFlight(OPENING, grids.length, (at) => look(grids[at]!.space, keyOf(at)));
  },

  async close(): Promise<void> {
    const closing = grids;
    grids = [];
    for (const grid of closing) await grid.close();
  },
});

function keyOf(at: number): string {
  return `key:${at % KEYS}`;
}

async function look(space: Space<typeof Entries>, key: string): Promise<void> {
  const entry = await space.get(key);
  if (entry?.value !== VALUE) throw new Error(`the value of ${key} is lost or changed`);
}
