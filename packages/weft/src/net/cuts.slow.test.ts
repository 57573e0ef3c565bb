import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

/** 1,000 in the long form (WEFT_RUNS). */
const CUTS = Math.min(1000, Number(process.env['WEFT_RUNS'] ?? 40));
const WRITERS = 16;
/** Answers between two cuts, at most. */
const BETWEEN = 400;

const Counter = defineType(
  'Counter',
  { id: t.string(), n: t.int32(), text: t.string(), version: t.version() },
  { key: 'id' },
);

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test(`${CUTS} cuts under load apply nothing twice, lose nothing that was acknowledged, and leave no gap`, async () => {
  const grid = await createGrid({ types: [Counter], partitions: 3 });
  const host = await serve({ space: 'demo', grid, partitions: 3, port: 0, log: () => undefined });
  const relay = await Relay.open(host.port);
  ends.push(
    () => grid.close(),
    () => host.close(),
    () => relay.close(),
  );
  const remote = await connect(`weft://localhost:${relay.port}/demo`, { types: [Counter], timeout: '60s' });
  ends.push(() => remote.close());
  const counters = remote.space(Counter);
  const heard = hear(counters.subscribe());
  await counters.count();

  let asked = 0;
  let answers = 0;
  let isOver = false;
  /** Each writes a row of its own again and again, and one that there was not before; the version tells how often the first was done. */
  const writer = async (name: string): Promise<number> => {
    await counters.write({ id: name, n: 0, text: '' });
    let n = 1;
    for (; !isOver; n++) {
      const text = 'x'.repeat(n % 97 === 0 ? 50_000 : n % 50);
      asked += 3;
      const [updated, inserted, read] = await Promise.all([
        counters.update(name, { n, text }),
        counters.write({ id: `${name}-${n}`, n, text: '' }, { onConflict: 'fail' }),
        counters.get(`${name}-${n - 1}`),
      ]);
      expect(updated).toMatchObject({ n, version: n + 1 });
      expect(inserted.version).toBe(1);
      if (n > 1) expect(read?.n).toBe(n - 1);
      answers += 3;
    }
    return n;
  };
  const writers = Array.from({ length: WRITERS }, (_, i) => writer(`w${i}`));
  let cuts = 0;
  const cutter = (async () => {
    for (let round = 0; round < CUTS; round++) {
      const until = answers + 1 + ((round * 7919) % BETWEEN);
      while (answers < until) await new Promise((resolve) => setTimeout(resolve, 1));
      // Each meets a connection, and calls under way on it.
      expect(asked - answers).toBeGreaterThan(0);
      expect(relay.cut()).toBeGreaterThan(0);
      cuts++;
    }
    isOver = true;
  })();
  const counts = await Promise.all(writers);
  await cutter;

  const written = counts.reduce((sum, n) => sum + n, 0);
  expect(cuts).toBe(CUTS);
  expect(await counters.count()).toBe(written);
  for (const [i, n] of counts.entries())
    expect(grid.local(Counter).get(`w${i}`)).toMatchObject({ n: n - 1, version: n });
  // One event for each row that was inserted, and one for each update.
  const events = await heard(2 * written - WRITERS);
  const seen = new Map<string, number>();
  for (const { type, id, version } of events) {
    expect(type).toBe(version === 1 ? 'insert' : 'update');
    expect(version).toBe((seen.get(id) ?? 0) + 1);
    seen.set(id, version);
  }
  expect(seen.size).toBe(written);
});

interface Heard {
  readonly type: string;
  readonly id: string;
  readonly version: number;
}

/** Takes events from now on; the answer gives them once there are so many. */
function hear(events: AsyncIterable<unknown>): (count: number) => Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  let onHeard = (): void => undefined;
  const hearing = (async () => {
    for await (const event of events) {
      const { type, after } = event as { type: string; after: { id: string; version: number } };
      heard.push({ type, id: after.id, version: after.version });
      onHeard();
    }
  })();
  hearing.catch(() => undefined);
  return async (count) => {
    await Promise.race([
      hearing,
      new Promise<void>((resolve) => {
        onHeard = () => {
          if (heard.length >= count) resolve();
        };
        onHeard();
      }),
    ]);
    return heard;
  };
}
