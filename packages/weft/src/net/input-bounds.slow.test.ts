/** What a connection may send before it is known what it is, and have waiting. */
import { afterEach, expect, test } from 'vitest';
import { UNREAD_BYTES_MAX } from '@weft/member';
import { FRAME_BYTES_MAX, HELLO_BYTES_MAX, preamble, Tell } from '@weft/protocol';
import { declareNote, hosted, Note } from './hosted-member.fixture.ts';
import { RawClient, writeCall, writeOpen } from './raw-client.fixture.ts';

const clients: RawClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** The length of a frame and a checksum, and so many bytes of its content. */
function begun(length: number, bytes = 0): Uint8Array {
  const frame = new Uint8Array(8 + bytes);
  new DataView(frame.buffer).setUint32(0, length, true);
  return frame;
}

async function connected(member: Awaited<ReturnType<typeof hosted>>['member']): Promise<RawClient> {
  const client = new RawClient(member);
  clients.push(client);
  client.hello();
  return client;
}

test('who has not said who it is may say a short frame only', async () => {
  const { member, log } = await hosted();
  for (const [length, isOver] of [
    [HELLO_BYTES_MAX, false],
    [HELLO_BYTES_MAX + 1, true],
    [0, true],
    [0xffff_ffff, true],
  ] as const) {
    const client = new RawClient(member);
    clients.push(client);
    client.say(preamble());
    client.say(begun(length));
    expect([length, client.isOver]).toEqual([length, isOver]);
    if (isOver) expect(log.at(-1)?.message).toContain(`a frame says that it has ${length} bytes`);
  }
});

test('the length of a frame is compared with its bound before anything is kept of it', async () => {
  const { member, log } = await hosted();
  const fits = await connected(member);
  fits.say(begun(FRAME_BYTES_MAX));
  expect([fits.isOver, member.stats().unreadBytes]).toEqual([false, 0]);
  const tooLong = await connected(member);
  tooLong.say(begun(FRAME_BYTES_MAX + 1));
  expect(tooLong.isOver).toBe(true);
  expect(log.at(-1)?.message).toContain(`1 to ${FRAME_BYTES_MAX} are taken`);
});

test('halves of frames have a bound together: past it who sent more than an equal share is ended, and no other', async () => {
  const { member, log, notes } = await hosted();
  notes.write({ id: 1, text: 'x' });
  const modest = await connected(member);
  modest.say(begun(1000, 500));
  const half = begun(FRAME_BYTES_MAX, FRAME_BYTES_MAX - 1000);
  const greedy: RawClient[] = [];
  while (!greedy.some(({ isOver }) => isOver) && greedy.length < 20) {
    const client = await connected(member);
    greedy.push(client);
    client.say(half);
  }
  expect(greedy).toHaveLength(Math.ceil(UNREAD_BYTES_MAX / half.length));
  expect(log.at(-1)?.message).toContain('UNREAD_BYTES_MAX');
  expect(member.stats().unreadBytes).toBeLessThanOrEqual(UNREAD_BYTES_MAX);
  expect(modest.isOver).toBe(false);
  for (const client of greedy) client.close();
  expect(member.stats().unreadBytes).toBe(0);
});

test('a session may have so many streams open', async () => {
  const { member } = await hosted();
  const client = await connected(member);
  const streams = 4096;
  client.frame((frame) => {
    for (let seq = 1; seq <= streams; seq++) writeOpen(frame, seq, 'transaction', {});
  });
  expect(member.stats().streams).toBe(streams);
  client.frame((frame) => writeOpen(frame, streams + 1, 'transaction', {}));
  expect(client.told.find(({ seq }) => seq === streams + 1)).toMatchObject({
    kind: Tell.failure,
    value: { code: 'OVERLOADED', message: expect.stringContaining('SESSION_STREAMS_MAX') },
  });
});

test('answers to what was read before may wait up to a bound, and then end their connection', async () => {
  const { member, log, grid } = await hosted();
  const client = await connected(member);
  client.isStuck = true;
  client.frame(declareNote);
  const text = 'x'.repeat(20 * 1024 * 1024);
  (grid.space(Note) as unknown as { count: () => Promise<unknown> }).count = async () => text;
  client.frame((frame) => {
    for (let seq = 1; seq <= 4; seq++) writeCall(frame, seq, 'count', {}, 1);
  });
  while (!client.isDestroyed) await new Promise((resolve) => setImmediate(resolve));
  expect(log.at(-1)?.message).toMatch(/^a connection ends: 8\d{7} bytes of answers were not taken$/);
  expect(member.stats()).toMatchObject({ connections: 0, outboxBytes: 0 });
});
