import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RemoteGrid, type Grid, type Subscription } from '@weft/client';
import { defineType, t, type AnyType } from '@weft/data';
import { FalseNet } from './false-net.fixture.ts';
import { CONNECTION_STREAM_BYTES_MAX, STREAM_BYTES_MAX } from './item-stream.ts';
import { Member } from './member.ts';
import { SESSION_LIFE_MS } from './session.ts';

const Tick = defineType('Tick', { id: t.int32(), text: t.string().optional() }, { key: 'id' });

/** Events as a grid would give them: those that were pushed. */
class Scripted {
  readonly #from: number;
  readonly #events: object[];
  #at: number;
  isClosed = false;
  #wake: (() => void) | undefined;

  constructor(events: object[], from: number) {
    this.#events = events;
    this.#from = from;
    this.#at = from;
  }

  get taken(): number {
    return this.#at - this.#from;
  }

  get position(): string {
    return `1.log.${this.#at.toString(36)}`;
  }

  poll(): object | undefined {
    return this.#events[this.#at] === undefined ? undefined : this.#events[this.#at++];
  }

  async next(): Promise<IteratorResult<object, undefined>> {
    for (;;) {
      if (this.isClosed) return { done: true, value: undefined };
      const value = this.poll();
      if (value !== undefined) return { done: false, value };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  wake(): void {
    this.#wake?.();
  }

  close(): void {
    this.isClosed = true;
    this.wake();
  }
}

async function opened() {
  const net = new FalseNet();
  const events: object[] = [];
  const scripts: Scripted[] = [];
  const space = {
    type: Tick,
    served: {},
    subscribe(_: unknown, { from }: { readonly from?: string }) {
      const script = new Scripted(
        events,
        from === undefined ? events.length : Number.parseInt(from.split('.')[2]!, 36),
      );
      scripts.push(script);
      return script;
    },
  };
  const grid = { space: () => space } as unknown as Grid;
  const restart = (): void => {
    const hosts = [{ address: '', firstPartition: 0 }];
    net.member = new Member({ space: 'demo', grid, partitions: 1, hosts, host: net.host, log: () => undefined });
  };
  restart();
  const parts = { host: net.host, dialer: net, soon: queueMicrotask, space: 'demo', client: 'test' };
  const opening = RemoteGrid.open(['host'], parts, { timeoutMs: 1000 } as never);
  await net.settle();
  const client = await opening;
  const push = (count: number, text?: string): void => {
    for (let i = 0; i < count; i++) {
      const lsn = events.length + 1;
      events.push(
        Object.freeze({ type: 'insert', key: lsn, after: { id: lsn, text }, filter: 'enters', partition: 0, lsn }),
      );
    }
    for (const script of scripts) script.wake();
  };
  return { net, client, scripts, push, restart };
}

type Events = Subscription<AnyType>;

/** Takes as many events as it is told to. */
class Reader {
  readonly heard: number[] = [];
  readonly #net: FalseNet;
  #left = 0;
  #wake: (() => void) | undefined;

  constructor(net: FalseNet, events: Events) {
    this.#net = net;
    void this.#read(events);
  }

  /** So many more; those of them that come without time going by have come then. */
  async take(count: number): Promise<number> {
    const before = this.heard.length;
    this.#left += count;
    this.#wake?.();
    await this.#net.settle();
    return this.heard.length - before;
  }

  async #read(events: Events): Promise<void> {
    for (;;) {
      while (this.#left === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      const { value } = await events.next();
      if (value === undefined) return;
      if ('lsn' in value) this.heard.push(value.lsn);
      this.#left--;
    }
  }
}

test('a host sends a reader that takes nothing its window and no more, and more as it takes', async () => {
  const { net, client, scripts, push } = await opened();
  const events = client.space(Tick).subscribe(undefined, { buffer: 64 }) as Events;
  await net.settle();
  push(1000);
  await net.settle();
  expect(scripts[0]!.taken).toBe(32);
  expect(await new Reader(net, events).take(100)).toBe(100);
  expect(scripts[0]!.taken).toBeLessThanOrEqual(100 + 32);
});

test('large events that were not taken are bounded by their bytes', async () => {
  const { net, client, scripts, push } = await opened();
  const events = client.space(Tick).subscribe() as Events;
  await net.settle();
  push(200, 'x'.repeat(100_000));
  await net.settle();
  expect(net.sentBytes).toBeLessThan(STREAM_BYTES_MAX + 200_000);
  expect(scripts[0]!.taken).toBeLessThan(40);
  const reader = new Reader(net, events);
  while (reader.heard.length < 200) expect(await reader.take(10)).toBe(10);
});

test('a connection that takes no bytes gets nothing more of any stream, and goes on when it does', async () => {
  const { net, client, scripts, push } = await opened();
  const all = Array.from({ length: 40 }, () => client.space(Tick).subscribe() as Events);
  await net.settle();
  net.isStalled = true;
  push(200, 'x'.repeat(1000));
  await net.settle();
  expect(net.stalledBytes).toBeLessThan(CONNECTION_STREAM_BYTES_MAX + 200_000);
  expect(scripts.reduce((sum, { taken }) => sum + taken, 0)).toBeLessThan(40 * 200);
  net.isStalled = false;
  for (const events of all) expect(await new Reader(net, events).take(200)).toBe(200);
});

test('a subscription that is closed is closed at its host, also when that was said in a cut', async () => {
  const { net, client, scripts } = await opened();
  const events = client.space(Tick).subscribe();
  await net.settle();
  net.cut();
  events.close();
  await net.pass(5000);
  expect(scripts[0]!.isClosed).toBe(true);
});

test('streams end with their session, some time after the last connection', async () => {
  const { net, client, scripts } = await opened();
  client.space(Tick).subscribe();
  await net.settle();
  net.dial = () => Promise.reject(new Error('nobody'));
  net.cut();
  await net.pass(SESSION_LIFE_MS - 1);
  expect(scripts[0]!.isClosed).toBe(false);
  await net.pass(2);
  expect(scripts[0]!.isClosed).toBe(true);
});

test('a long subscription does not hold the window of its session', async () => {
  const { net, client, push } = await opened();
  const events = client.space(Tick).subscribe() as Events;
  await net.settle();
  for (let i = 0; i < 20; i++) {
    const others = Array.from({ length: 1000 }, () => client.space(Tick).subscribe());
    for (const other of others) other.close();
    await net.settle();
  }
  push(1);
  expect(await new Reader(net, events).take(1)).toBe(1);
});

test('whatever is cut and whenever hosts are started again, events come in order, each once', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ kind: fc.constant('cut' as const), count: fc.constantFrom(0, 30, 3000) }),
    fc.record({ kind: fc.constant('restart' as const), count: fc.constantFrom(0, 3000) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const { net, client, push, restart } = await opened();
      const events = client.space(Tick).subscribe() as Events;
      await net.settle();
      const reader = new Reader(net, events);
      let pushed = 0;
      let asked = 0;
      const take = async (count: number): Promise<void> => {
        asked += count;
        await reader.take(count);
      };
      for (const { kind, count } of steps) {
        if (kind === 'take') await take(Math.min(count, pushed - asked));
        if (kind === 'push') {
          push(count);
          pushed += count;
        }
        if (kind === 'restart') restart();
        if (kind === 'cut' || kind === 'restart') {
          // What is on its way in this very turn is lost.
          net.cut();
          await net.pass(count);
        }
      }
      await net.pass(5000);
      await take(pushed - asked);
      expect(reader.heard).toEqual(Array.from({ length: pushed }, (_, i) => i + 1));
    }),
    { numRuns: 40 },
  );
});
