/**
 * Test help: as `tcp-grid.fixture.ts`, for WEFT_TEST_GRID=tcp-hosts: partitions are spread over several hosts, three where there are so many, each with its own
 * port and grid. What only code on a host itself can do goes to the only host, or to all of them where that means something.
 */
import { join } from 'node:path';
import { parseByteSize, WeftError } from '@weft/base';
import { joinStats, type Grid, type LocalSpace, type RemoteGrid } from '@weft/client';
import type { AnyType } from '@weft/data';
// By another path than others use: theirs leads here.
import { createGrid as createEmbedded, openGrid, type GridOptions } from '../../src/create-grid.ts';
import { connect } from './connect.ts';
import { Door } from './door.ts';
import { serveBehind } from './serve.ts';

export { openGrid, type GridOptions } from '../../src/create-grid.ts';

const HOSTS = 3;
const space = 'test';

interface Host {
  readonly first: number;
  readonly grid: Grid;
  readonly door: Door;
}

export async function createGrid(options: GridOptions = {}): Promise<Grid> {
  const hosts = await openHosts(options);
  const total = options.partitions ?? partitionsOf(hosts[0]!.grid);
  const addresses = hosts.map(({ door, first }) => ({ address: `127.0.0.1:${door.port}`, firstPartition: first }));
  const members = hosts.map(({ door, grid }) =>
    serveBehind(door, { space, grid, partitions: total, log: () => undefined, hosts: addresses }),
  );
  // By the last host, so that the first is not also the one that was dialled.
  const remote = await connect(`weft://${addresses.at(-1)!.address}/${space}`, { types: options.types });
  const close: Grid['close'] = async (closing) => {
    await remote.close(closing);
    await Promise.all(
      hosts.map(async ({ door, grid }, at) => {
        await door.stopListening();
        await members[at]!.drain();
        await door.close();
        await grid.close(closing);
      }),
    );
  };
  const grids = hosts.map(({ grid }) => grid);
  const onHosts: Partial<Grid> = {
    local: (type) => (grids.length === 1 ? grids[0]!.local(type) : localOf(type, grids, remote)),
    stats: () => joinStats(grids.map((grid) => grid.stats())),
    setMemory: (size) => {
      for (const grid of grids) grid.setMemory(Math.floor(parseByteSize(size, 'grid.setMemory') / grids.length));
    },
    setQuota: (type: AnyType, size) => {
      const bytes = size === undefined ? undefined : parseByteSize(size, 'grid.setQuota');
      for (const grid of grids) grid.setQuota(type, bytes && Math.floor(bytes / grids.length));
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
  return new Proxy(remote as unknown as Grid, {
    get(target, name) {
      const own: unknown = Reflect.get(name in onHosts ? onHosts : target, name);
      return typeof own === 'function' ? own.bind(name in onHosts ? onHosts : target) : own;
    },
  });
}

/** What is wrong with the options is said as ever: an option that a host may not have is left to the grid of one host. */
async function openHosts(options: GridOptions): Promise<Host[]> {
  const { partitions } = options;
  const isDivided = Number.isInteger(partitions) && partitions! > 1 && partitions! <= 4096;
  if (!isDivided) return [await behindDoor(0, await createEmbedded(options))];
  const count = Math.min(HOSTS, partitions!);
  const firstOf = (host: number): number => Math.floor((host * partitions!) / count);
  const hosts: Host[] = [];
  for (let host = 0; host < count; host++) {
    const first = firstOf(host);
    const { dataDir, memory } = options;
    const own = {
      ...options,
      partitions: firstOf(host + 1) - first,
      ...(dataDir !== undefined && { dataDir: join(dataDir, `host-${host}`) }),
      ...(memory !== undefined && { memory: Math.floor(parseByteSize(memory, 'memory') / count) }),
    };
    hosts.push(await behindDoor(first, await openGrid(own, { first, total: partitions! })));
  }
  return hosts;
}

async function behindDoor(first: number, grid: Grid): Promise<Host> {
  return { first, grid, door: await Door.open({ address: '127.0.0.1', port: 0, advice: '', socket: undefined }) };
}

function partitionsOf(grid: Grid): number {
  return grid.stats().log.partitions.length;
}

type Verbs = Record<string, (...args: unknown[]) => unknown>;

/** Point calls are synchronous at the host that has the row, `count` at all; the other verbs go over the network, for those who await them. */
function localOf<T extends AnyType>(type: T, grids: readonly Grid[], remote: RemoteGrid): LocalSpace<T> {
  const locals = grids.map((grid) => grid.local(type) as unknown as Verbs);
  const here = ['get', 'getOrThrow', 'write', 'update', 'delete'].map((verb) => [
    verb,
    (...args: unknown[]) => atOwner(locals, (local) => local[verb]!(...args)),
  ]);
  const count: Verbs[string] = (...args) =>
    locals.reduce((sum, local) => sum + (local['count']!(...args) as number), 0);
  const own = { ...Object.fromEntries(here), count } as Verbs;
  const space = remote.space(type) as unknown as Verbs;
  const get = (_: object, name: string): unknown => {
    const verb = own[name] ?? space[name];
    return typeof verb === 'function' ? verb.bind(space) : verb;
  };
  return new Proxy({}, { get }) as LocalSpace<T>;
}

function atOwner<R>(locals: readonly Verbs[], ask: (local: Verbs) => R): R {
  let failure: unknown;
  for (const local of locals) {
    try {
      return ask(local);
    } catch (error) {
      if (!WeftError.is(error, 'PARTITION_ELSEWHERE')) throw error;
      failure = error;
    }
  }
  throw failure;
}
