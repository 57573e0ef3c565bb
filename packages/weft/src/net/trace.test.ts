/** The trace that a caller names goes with its calls, and is in what becomes of them. */
import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { Member, type MemberEvent } from '@weft/member';
import { Ask, endRequest, writeHead, writePlain } from '@weft/protocol';
import { createGrid } from '../create-grid.ts';
import { nodeHost } from '../host/node-host.ts';
import { connect } from './connect.ts';
import { RawClient } from './raw-client.fixture.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
const id = '4bf92f3577b34da6a3ce929d0e0e4736';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function traced(traceparent: () => string | undefined) {
  const grid = await createGrid({ types: [Order] });
  const host = await serve({ space: 'demo', grid, partitions: 1, port: 0, log: () => undefined });
  const relay = await Relay.open(host.port);
  const remote = await connect(`weft://127.0.0.1:${relay.port}/demo`, { types: [Order], traceparent });
  ends.push(
    () => grid.close(),
    () => host.close(),
    () => relay.close(),
    () => remote.close(),
  );
  return { orders: remote.space(Order), remote, relay };
}

test('errors of calls, of streams, of transactions and of lost hosts name the trace', async () => {
  const { orders, remote, relay } = await traced(() => `00-${id}-00f067aa0ba902b7-01`);
  await orders.write({ id: 'a', qty: 1 });
  const isNew = { onConflict: 'fail' } as const;
  const row = { id: 'a', qty: 1 };
  const failures = await Promise.allSettled([
    orders.write(row, isNew),
    orders.writeMany([row], isNew),
    remote.atomic((b) => [b.write(Order, row, isNew)]),
    remote.transaction((tx) => tx.space(Order).write(row, isNew)),
  ]);
  for (const failure of failures)
    expect(failure).toMatchObject({ reason: { code: 'KEY_EXISTS', details: { trace: id } } });
  await relay.close();
  await expect(orders.get('a', { timeout: '100ms' })).rejects.toMatchObject({
    code: 'TIMEOUT',
    details: { trace: id, host: expect.any(String) },
  });
});

test('the log of a host names the trace of a request whose time was over, and says nothing of one that nobody traces', async () => {
  const grid = await createGrid({ types: [Order] });
  ends.push(() => grid.close());
  const log: MemberEvent[] = [];
  const hosts = [{ address: '', firstPartition: 0 }];
  const member = new Member({
    space: 'demo',
    grid,
    partitions: 1,
    hosts,
    log: (event) => log.push(event),
    host: nodeHost(),
  });
  const client = new RawClient(member);
  client.hello();
  const ask = (seq: number, trace: Uint8Array | undefined): void =>
    client.frame((frame) => {
      const from = frame.length;
      writeHead(frame, { kind: Ask.call, seq, type: 0, deadlineMs: 0, idempotencyId: undefined, trace });
      frame.room(20).text('grid.stats');
      writePlain(frame, {});
      endRequest(frame, from);
    });
  ask(1, undefined);
  ask(2, Uint8Array.from(Buffer.from(`${id}00f067aa0ba902b7`, 'hex')));
  expect(log).toEqual([{ level: 'warn', message: expect.stringContaining('timeout was over'), trace: id }]);
  client.close();
});

test('a trace that is none ends the call, and nothing is left under way', async () => {
  const now: { trace?: string } = {};
  const { orders, remote } = await traced(() => now.trace);
  now.trace = 'nonsense';
  await expect(orders.get('a')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  await expect(orders.find({})).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  await remote.close({ drain: '20s' });
});
