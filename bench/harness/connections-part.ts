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

  /** A get and a put in turn, so many calls at a time on each connection. */
  busy(loops: number, durationMs: number): Promise<Flown> {
    const all = grids.length;
    return inFlight(loops * all, durationMs, (at) => {
      const { space } = grids[at % all]!;
      const key = `key:${(at * 7919) % KEYS}`;
      return at % 2 === 0 ? space.get(key) : space.write({ key, value: VALUE });
    });
  },

  /** One get on each connection: all of them are there still. */
  async look(): Promise<void> {
    await eachInFlight(OPENING, grids.length, (at) => grids[at]!.space.get('key:0'));
  },

  async close(): Promise<void> {
    const closing = grids;
    grids = [];
    for (const grid of closing) await grid.close();
  },
});
