import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { IN_FLIGHT_MAX } from '@weft/protocol';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

const Note = defineType('Note', { id: t.int32(), text: t.string() }, { key: 'id' });
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A client of a host whose backups end when the test says so. */
async function opened() {
  const grid = await createGrid({ types: [Note] });
  const backups: ((report: unknown) => void)[] = [];
  const backup = (): Promise<never> => new Promise((resolve) => backups.push(resolve as never));
  const host = await serve({
    space: 'demo',
    grid: Object.assign(grid, { backup }),
    partitions: 1,
    port: 0,
    log: () => undefined,
  });
  const relay = await Relay.open(host.port);
  const client = await connect(`weft://localhost:${relay.port}/demo`, { types: [Note] });
  ends.push(
    () => grid.close(),
    () => host.close(),
    () => relay.close(),
    () => client.close(),
  );
  return { client, host, relay, backups, notes: client.space(Note) };
}

test('a call that takes long does not hold up those behind it, nor what the host keeps for them; a cut changes nothing', async () => {
  const { client, host, relay, backups, notes } = await opened();
  const backup = client.backup('a');
  const write = async (from: number): Promise<void> => {
    for (let at = 0; at < IN_FLIGHT_MAX; at += 4096)
      await Promise.all(Array.from({ length: 4096 }, (_, i) => notes.write({ id: from + at + i, text: 'x' })));
  };
  await write(0);
  await write(IN_FLIGHT_MAX);
  expect(backups).toHaveLength(1);
  expect(host.member.stats().keptReplyBytes).toBeLessThan(2_000_000);
  const other = client.backup('b');
  relay.cut();
  await write(2 * IN_FLIGHT_MAX);
  expect(backups).toHaveLength(2);
  expect(host.member.stats()).toMatchObject({ requests: 2 });
  for (const [at, end] of backups.entries()) end({ directory: 'ab'[at] });
  expect(await Promise.all([backup, other])).toMatchObject([{ directory: 'a' }, { directory: 'b' }]);
  expect(await notes.count()).toBe(3 * IN_FLIGHT_MAX);
  expect(host.member.stats()).toMatchObject({ requests: 0 });
});
