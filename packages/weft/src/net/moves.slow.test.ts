/** What a client does when addresses are dead, die, come back, or lead elsewhere. */
import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import type { Grid } from '@weft/client';
import type { Member } from '@weft/member';
import { openGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Door } from './door.ts';
import { Relay } from './relay.fixture.ts';
import { serveBehind } from './serve.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
const ids = Array.from({ length: 60 }, (_, i) => `o${i}`);
const HOSTS = 3;
const space = 'demo';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Place {
  readonly relay: Relay;
  readonly door: Door;
  readonly member: Member;
}

/** Three hosts of a partition each, behind relays: the addresses that clients are told of are those. */
async function hostsOf(grids: readonly Grid[]): Promise<Place[]> {
  const doors = await Promise.all(
    grids.map(() => Door.open({ address: '127.0.0.1', port: 0, advice: '', socket: undefined })),
  );
  const relays = await Promise.all(doors.map(({ port }) => Relay.open(port)));
  const hosts = relays.map(({ port }, at) => ({ address: `127.0.0.1:${port}`, firstPartition: at }));
  return grids.map((grid, at) => {
    const told = hosts.map((host, other) => (other === at ? { ...host, address: '' } : host));
    const door = doors[at]!;
    const place = {
      relay: relays[at]!,
      door,
      member: serveBehind(door, { space, grid, partitions: HOSTS, log: () => undefined, hosts: told }),
    };
    ends.push(() => stop(place));
    return place;
  });
}

async function stop({ relay, door, member }: Place): Promise<void> {
  await relay.close();
  await door.stopListening();
  await member.drain();
  await door.close();
}

async function grids(): Promise<Grid[]> {
  return Promise.all(
    Array.from({ length: HOSTS }, async (_, first) => {
      const grid = await openGrid({ types: [Order], partitions: 1 }, { first, total: HOSTS });
      ends.push(() => grid.close());
      return grid;
    }),
  );
}

async function opened(url: string) {
  const grid = await connect(url, { types: [Order] });
  ends.push(() => grid.close());
  return grid.space(Order);
}

test('a host that is lost for a while keeps only its own rows away; calls end by their timeout, and go on when it is back', async () => {
  const places = await hostsOf(await grids());
  const [first, second, third] = places.map(({ relay }) => relay) as [Relay, Relay, Relay];
  const orders = await opened(`weft://127.0.0.1:${first.port},127.0.0.1:${third.port}/${space}`);
  await orders.writeMany(ids.map((id) => ({ id, qty: 1 })));
  const { port } = second;
  await second.close();
  const reads = await Promise.allSettled(ids.map((id) => orders.get(id, { timeout: '300ms' })));
  const lost = ids.filter((_, at) => reads[at]!.status === 'rejected');
  expect(lost.length).toBeGreaterThan(5);
  expect(lost.length).toBeLessThan(40);
  for (const outcome of reads)
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({
        code: 'TIMEOUT',
        outcome: 'definite',
        details: { host: expect.any(String) },
      });
  // What is asked of all hosts needs all of them; what waits is done once it is back.
  await expect(orders.count({}, { timeout: '200ms' })).rejects.toMatchObject({ code: 'TIMEOUT' });
  const waiting = orders.update(lost[0]!, { qty: 2 }, { timeout: '20s' });
  const back = await Relay.open(places[1]!.door.port, port);
  ends.push(() => back.close());
  expect(await waiting).toEqual({ id: lost[0], qty: 2 });
  expect(await orders.count()).toBe(ids.length);
});

test('an address may be that of any host: each link finds its own host from it', async () => {
  const places = await hostsOf(await grids());
  const [first, second, third] = places.map(({ relay }) => relay) as [Relay, Relay, Relay];
  const orders = await opened(
    `weft://127.0.0.1:${second.port},127.0.0.1:${third.port},127.0.0.1:${first.port}/${space}`,
  );
  await orders.writeMany(ids.map((id) => ({ id, qty: 1 })));
  for (const relay of [first, second, third]) relay.cut();
  expect((await orders.find({})).length).toBe(ids.length);
  for (const id of ids) expect(await orders.get(id)).toEqual({ id, qty: 1 });
});

test('a space that is started anew elsewhere is found by the other address, with all of its hosts', async () => {
  const all = await grids();
  const places = await hostsOf(all);
  // Nobody is there yet.
  const spare = await Relay.open(1);
  ends.push(() => spare.close());
  const orders = await opened(`weft://127.0.0.1:${places[0]!.relay.port},127.0.0.1:${spare.port}/${space}`);
  await orders.writeMany(ids.map((id) => ({ id, qty: 1 })));
  const heard: string[] = [];
  const listening = (async () => {
    for await (const event of orders.subscribe()) {
      if (event.type === 'insert') heard.push(event.after.id);
      if (heard.length === ids.length) return;
    }
  })();
  await orders.count();
  for (const place of places) await stop(place);
  const held = ids.map((id) => orders.get(id, { timeout: '30s' }));
  const moved = await hostsOf(all);
  spare.turnTo(moved[1]!.relay.port);
  expect(await Promise.all(held)).toEqual(ids.map((id) => ({ id, qty: 1 })));
  await orders.writeMany(ids.map((id) => ({ id: `new-${id}`, qty: 2 })));
  await listening;
  expect(new Set(heard)).toEqual(new Set(ids.map((id) => `new-${id}`)));
  // Whoever answered for another left nothing behind: each host has the session of this client, and no other.
  for (const { member } of moved) expect(member.stats().sessions).toBe(1);
});

test('cuts of single hosts leave no gap and no duplicate to a subscriber, and nobody does a job twice', async () => {
  const places = await hostsOf(await grids());
  const orders = await opened(`weft://127.0.0.1:${places[0]!.relay.port}/${space}`);
  const heard: string[] = [];
  const listening = (async () => {
    for await (const event of orders.subscribe()) {
      if (event.type === 'insert') heard.push(event.after.id);
      if (heard.length === 4 * ids.length) return;
    }
  })();
  const done: string[] = [];
  const consumer = orders.consume({}, { lease: '30s', prefetch: 3 });
  const working = (async () => {
    for await (const delivery of consumer) {
      done.push(delivery.row.id);
      await delivery.ack();
      if (done.length === 4 * ids.length) return;
    }
  })();
  await orders.count();
  for (let round = 0; round < 4; round++) {
    const writing = ids.map((id) => orders.write({ id: `${id}-${round}`, qty: round }, { onConflict: 'fail' }));
    places[round % HOSTS]!.relay.cut();
    await Promise.all(writing);
  }
  await Promise.all([listening, working]);
  const all = Array.from({ length: 4 }, (_, round) => ids.map((id) => `${id}-${round}`)).flat();
  expect(heard.toSorted()).toEqual(all.toSorted());
  expect(done.toSorted()).toEqual(all.toSorted());
});
