import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { defineType, schemaJson, t } from '@weft/data';
import { Member, type MemberEvent } from '@weft/member';
import { Ask, endRequest, type FrameWriter, RowForm, Tell, writeHead, writePlain } from '@weft/protocol';
import { createGrid } from '../create-grid.ts';
import { nodeHost } from '../host/node-host.ts';
import { connect } from './connect.ts';
import { RawClient, writeCall } from './raw-client.fixture.ts';
import { serve } from './serve.ts';

const Item = defineType('Item', { id: t.int32(), big: t.int64().index('ordered') }, { key: 'id' });
/** What no host reads: a bigint of more digits than it takes. */
const HUGE = 10n ** 10_001n;

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function hosted() {
  const grid = await createGrid({ types: [Item], partitions: 2 });
  ends.push(() => grid.close());
  const log: MemberEvent[] = [];
  const hosts = [{ address: '', firstPartition: 0 }];
  const member = new Member({
    space: 'demo',
    grid,
    partitions: 2,
    hosts,
    log: (event) => log.push(event),
    host: nodeHost(),
  });
  const client = new RawClient(member);
  client.hello();
  client.frame((frame) => {
    const text = JSON.stringify(schemaJson(Item.schema));
    const target = frame.room(8 + text.length);
    target.u8(Ask.type);
    target.u16(1);
    target.text(text);
  });
  return { grid, member, client, log };
}

function writeRequest(frame: FrameWriter, kind: number, seq: number, body: (frame: FrameWriter) => void): void {
  const from = frame.length;
  const none = { deadlineMs: undefined, idempotencyId: undefined, trace: undefined };
  writeHead(frame, { kind, seq, type: 1, ...none });
  body(frame);
  endRequest(frame, from);
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is wrong within a request is told to it alone: those before and behind it, in its frame too, are served', async () => {
  const { client, log } = await hosted();
  client.frame((frame) => {
    writeCall(frame, 1, 'count', {}, 1);
    writeCall(frame, 2, 'count', { where: { op: 'eq', column: 'big', value: HUGE } }, 1);
    // No name at all; no type of this number; a row that ends too early.
    writeRequest(frame, Ask.call, 3, (body) => body.room(1).u8(9));
    writeCall(frame, 4, 'count', {}, 7);
    writeRequest(frame, Ask.write, 5, (body) => body.room(2).u16(0x0300));
    // Nothing at all, as who could not write it says.
    for (let kind = Ask.get; kind <= Ask.open; kind++) writeRequest(frame, kind, 6 + kind - Ask.get, () => undefined);
    writeCall(frame, 12, 'count', {}, 1);
  });
  await vi.waitFor(() => expect(client.told.length).toBe(13));
  const told = [...client.told].sort((a, b) => a.seq - b.seq).slice(1);
  expect(told.map(({ seq, kind }) => [seq, kind])).toEqual([
    [1, Tell.reply],
    ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((seq) => [seq, Tell.failure]),
    [12, Tell.reply],
  ]);
  for (const { value } of told.slice(1, 11)) expect(value).toMatchObject({ code: 'PROTOCOL_MISMATCH' });
  expect(told[1]!.value).toMatchObject({ message: expect.stringContaining('a bigint has 10002 characters') });
  expect(client.isOver).toBe(false);
  expect(log.map(({ message }) => message).join('\n')).toMatch(
    /^(request \d+: The request is not one of the protocol: .*\n?){10}$/,
  );
});

test('a row that is none behind others of one request: the error says how many of those are written', async () => {
  for (const [onError, written] of [
    ['stop', 3],
    ['each', 3],
    ['all', 0],
  ] as const) {
    const { client, grid, log } = await hosted();
    client.frame((frame) => {
      writeRequest(frame, Ask.call, 1, (body) => {
        body.room(20).text('writeMany');
        writePlain(body, { onConflict: 'replace', onError, ttl: undefined, indexes: { first: 100 }, written: 100 });
        body.room(4).u32(5);
        for (const id of [1, 2, 3]) writeRow(body, id);
        // More columns than there are.
        body.room(2).u16(0xffff);
      });
    });
    await vi.waitFor(() => expect(client.told.at(-1)?.seq).toBe(1));
    const all = written === 0 ? 0 : 100 + written;
    expect(client.told.at(-1)).toMatchObject({
      kind: Tell.failure,
      value: { code: 'PROTOCOL_MISMATCH', details: { written: all } },
    });
    expect(String(client.told.at(-1)!.value)).toContain(
      written === 0 ? 'None of the rows were written.' : `Before that, ${all} rows were written.`,
    );
    expect(await grid.space(Item).count()).toBe(written);
    expect(log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^request 1: (Row \d+: )?The request is not one of the protocol: /),
    ]);
    client.close();
  }
});

/** A row of Item as clients write it. */
function writeRow(frame: FrameWriter, id: number): void {
  new RowForm(Item.schema).writeInput(frame, [id, BigInt(id)]);
}

test('a request that goes on behind its frame, or whose head is none, ends the connection', async () => {
  for (const at of [1, 9]) {
    const { client } = await hosted();
    client.frame((frame) => {
      const from = frame.length;
      writeCall(frame, 1, 'count', {}, 1);
      // Its length, or number and flags.
      frame.patch(from + at, 0xffff_ffff);
    });
    expect(client.isOver).toBe(true);
  }
});

test('whatever the bodies of requests are, a request behind them is answered over the same connection', async () => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.constantFrom('count', 'writeMany', 'getMany', 'find', 'subscribe'), fc.uint8Array({ maxLength: 40 })),
  );
  const requests = fc.array(fc.tuple(fc.integer({ min: Ask.get, max: Ask.open }), bodies), { maxLength: 12 });
  const { member, client, log } = await hosted();
  client.close();
  await fc.assert(
    fc.asyncProperty(requests, async (asked) => {
      const next = new RawClient(member);
      next.hello();
      next.frame((frame) => {
        asked.forEach(([kind, body], index) =>
          writeRequest(frame, kind, index + 1, (target) => {
            const [name, bytes] = body instanceof Uint8Array ? ['', body] : body;
            if (name !== '') target.room(40).text(name);
            for (const byte of bytes) target.room(1).u8(byte);
          }),
        );
        frame.room(1).u8(Ask.ping);
      });
      await settled();
      expect(next.isOver).toBe(false);
      expect(next.told.some(({ kind }) => kind === Tell.pong)).toBe(true);
      next.close();
    }),
  );
  expect(log.filter(({ level }) => level === 'error')).toEqual([]);
});

test('over a connection a condition that the host cannot read ends its call at once, and disturbs nobody', async () => {
  const grid = await createGrid({ types: [Item], partitions: 2 });
  const log: MemberEvent[] = [];
  const serving = await serve({ space: 'demo', grid, partitions: 2, port: 0, log: (event) => log.push(event) });
  const remote = await connect(`weft://localhost:${serving.port}/demo`, { types: [Item] });
  ends.push(
    () => grid.close(),
    () => serving.close(),
    () => remote.close(),
  );
  const items = remote.space(Item);
  const writes = Array.from({ length: 50 }, (_, id) => items.write({ id, big: BigInt(id) }));
  const bad = [
    items.count(({ big }) => big.eq(HUGE)),
    items.find(({ big }) => big.gt(HUGE)),
    items.deleteMany(({ big }) => big.lt(-HUGE)),
  ];
  await Promise.all(
    bad.map((call) => expect(call).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH', outcome: 'definite' })),
  );
  await Promise.all(writes);
  expect(await items.count()).toBe(50);
  expect(log.filter(({ message }) => message.includes('connection'))).toEqual([]);
});
