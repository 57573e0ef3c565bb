import { expect, test } from 'vitest';
import type { Wire, WireEvents } from '@weft/base';
import { RemoteGrid, type Grid } from '@weft/client';
import { FalseNet } from './false-net.fixture.ts';
import { Member } from './member.ts';

/** Ends each connection once its client has got this many bytes at once. */
class CruelNet extends FalseNet {
  dials = 0;
  endsAt = Infinity;

  override dial(address: string, events: WireEvents): Promise<Wire> {
    this.dials++;
    const received = (bytes: Uint8Array): void => {
      events.received(bytes);
      if (bytes.length >= this.endsAt) this.cut();
    };
    return super.dial(address, {
      received,
      drained: () => events.drained(),
      closed: (error) => events.closed(error),
    });
  }
}

test('a host that ends each connection behind its welcome is dialled less and less often, until it answers', async () => {
  const net = new CruelNet();
  const hosts = [{ address: '', firstPartition: 0 }];
  const grid = {} as Grid;
  net.member = new Member({ space: 'demo', grid, partitions: 1, hosts, host: net.host, log: () => undefined });
  const parts = { host: net.host, dialer: net, soon: queueMicrotask, space: 'demo', client: 'test' };
  const opening = RemoteGrid.open(['host'], parts, { timeoutMs: 1000 } as never);
  await net.settle();
  const client = await opening;
  // A welcome is long, a pong is not.
  net.endsAt = 100;
  net.cut();
  await net.pass(60_000);
  expect(net.dials).toBeGreaterThan(30);
  expect(net.dials).toBeLessThan(70);
  net.endsAt = Infinity;
  await net.pass(20_000);
  const { dials } = net;
  // It was there, and answered: it is looked for at once.
  net.cut();
  await net.pass(20);
  expect(net.dials).toBe(dials + 1);
  void client.close();
  await net.settle();
});
