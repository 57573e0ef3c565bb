import { expect, test } from 'vitest';
import { CONNECTIONS_MAX, SESSIONS_MAX } from '@weft/member';
import { ANSWER_BYTES_MAX, Ask, Tell, writeHead, endRequest, writePlain } from '@weft/protocol';
import { declareNote, gets, hosted, Note } from './hosted-member.fixture.ts';
import { RawClient, writeCall, writeOpen } from './raw-client.fixture.ts';

test.each([
  ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP', /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\nThis port speaks/],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP', /connect\("weft:/],
  ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'TLS', /^[^]{6}F$/],
  ['\x00\x00\x00\x11\x00\x03\x00\x00user\x00me\x00\x00', 'PostgreSQL', /^E[^]*This port/],
  ['SSH-2.0-OpenSSH_9.6\r\n', 'not those of the protocol', /^This port speaks/],
  ['*1\r\n$4\r\nPING\r\n', 'Redis', /^-ERR This port speaks[^]*\r\n$/],
  ['PING\r\n', 'Redis', /^-ERR This port/],
])('%j gets a sentence back, and the log says what it was', async (first, name, answer) => {
  const { member, log } = await hosted();
  const client = new RawClient(member);
  client.say(Uint8Array.from(first, (unit) => unit.charCodeAt(0)));
  expect(client.text).toMatch(answer);
  expect(client.isEnded).toBe(true);
  expect(log).toEqual([{ level: 'warn', message: expect.stringContaining(name) }]);
  client.close();
  expect(member.stats().connections).toBe(0);
});

test('who asks for encryption as psql does is told that there is none, goes on, and gets the sentence', async () => {
  const { member } = await hosted();
  const client = new RawClient(member);
  const asks = [
    [0, 0, 0, 8, 4, 210, 22, 48],
    [0, 0, 0, 8, 4, 210, 22, 47],
  ];
  for (const ask of asks) client.say(Uint8Array.from(ask));
  expect(client.text).toBe('NN');
  expect(client.isEnded).toBe(false);
  client.say(Uint8Array.from([0, 0, 0, 9, 0, 3, 0, 0, 0]));
  expect(client.text).toMatch(/^NNE[^]*This port speaks the grid protocol of Weft/);
  expect(client.isEnded).toBe(true);
  client.close();
});

test('who does not say who it is within its time is let go, and in a crowd the oldest of them', async () => {
  const { member, pass, log } = await hosted();
  const slow = new RawClient(member);
  slow.say(new Uint8Array([0x57, 0x45]));
  pass(4000);
  const clients = Array.from({ length: 1024 }, () => new RawClient(member));
  expect(slow.isDestroyed).toBe(true);
  expect(log.at(-1)?.message).toContain('HANDSHAKES_MAX');
  pass(5000);
  expect(clients.every(({ isOver }) => isOver)).toBe(true);
  for (const client of clients) client.close();
  expect(member.stats()).toMatchObject({ connections: 0, handshakes: 0, sessions: 0 });
});

test('a connection that is ended and not closed at its other end does not stay', async () => {
  const { member, pass } = await hosted();
  const client = new RawClient(member);
  client.hello({ space: 'other' });
  expect(client.told.at(-1)?.value).toMatchObject({ code: 'SPACE_UNKNOWN' });
  expect([client.isEnded, member.stats().connections]).toEqual([true, 1]);
  pass(5000);
  expect(member.stats().connections).toBe(0);
});

test('a silent connection is ended, and its session goes on over the next', async () => {
  const { member, pass, log } = await hosted();
  const client = new RawClient(member);
  client.hello();
  const { session } = client.told[0]!.value as { session: string };
  pass(20_000);
  client.frame((frame) => frame.room(1).u8(Ask.ping));
  expect(client.told.at(-1)?.kind).toBe(Tell.pong);
  pass(20_000);
  expect(client.isOver).toBe(false);
  pass(11_000);
  expect(client.isDestroyed).toBe(true);
  expect(log.at(-1)?.message).toContain('nothing came for 30000 ms');
  const next = new RawClient(member);
  next.hello({ session });
  expect(next.told[0]!.value).toMatchObject({ session, isResumed: true });
  pass(20_000);
  next.frame((frame) => frame.room(1).u8(Ask.ping));
  pass(25_000);
  next.frame((frame) => frame.room(1).u8(Ask.ping));
  pass(25_000);
  expect(member.stats().sessions).toBe(1);
});

test('there is room for so many connections: others are told to come again', async () => {
  const { member } = await hosted();
  const clients = Array.from({ length: CONNECTIONS_MAX }, () => {
    const client = new RawClient(member);
    client.hello();
    return client;
  });
  const last = new RawClient(member);
  last.hello();
  expect(last.told[0]!.value).toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 1000 } });
  expect(member.stats()).toMatchObject({ sessions: CONNECTIONS_MAX, refusedConnections: 1 });
  clients[0]!.close();
  last.close();
  const next = new RawClient(member);
  next.hello();
  expect(next.told[0]!.kind).toBe(Tell.welcome);
});

test('there is room for so many sessions: past it the oldest that has no connection is forgotten', async () => {
  const { member } = await hosted();
  const client = new RawClient(member);
  client.hello();
  const connected = (client.told[0]!.value as { session: string }).session;
  const cut = Array.from({ length: SESSIONS_MAX - 1 }, () => member.session(undefined).session.name);
  expect(member.stats().sessions).toBe(SESSIONS_MAX);
  expect(member.session(undefined).isResumed).toBe(false);
  expect(member.stats().sessions).toBe(SESSIONS_MAX);
  const isThere = (name: string): boolean => member.session(name).isResumed;
  expect([connected, cut[1]!, cut.at(-1)!].map(isThere)).toEqual([true, true, true]);
  expect(isThere(cut[0]!)).toBe(false);
});

test('a session goes on over the connection that came last; the one before is ended, and takes nothing with it', async () => {
  const { member, notes } = await hosted();
  notes.write({ id: 1, text: 'a' });
  const first = new RawClient(member);
  first.hello();
  const { session } = first.told[0]!.value as { session: string };
  gets(first, 1, 1);
  const second = new RawClient(member);
  second.hello({ session });
  expect(first.isEnded).toBe(true);
  expect(second.told[0]!.value).toMatchObject({ session, isResumed: true });
  const { length } = second.sent;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  // What the old one still sends is not heard, and its end is not that of the session.
  gets(first, 2, 1);
  await turn();
  first.close();
  expect(member.stats()).toMatchObject({ connections: 1, sessions: 1 });
  expect(second.sent).toHaveLength(length);
  second.frame(declareNote);
  gets(second, 2, 1);
  await turn();
  expect(second.sent).toHaveLength(length + 1);
  expect(second.isOver).toBe(false);
});

test('who does not take its answers is not asked for more, gets them all once it does, and is let go of if it never does', async () => {
  const { member, pass, notes, log } = await hosted();
  notes.write({ id: 1, text: 'x'.repeat(100_000) });
  const client = new RawClient(member);
  client.hello();
  client.isStuck = true;
  gets(client, 1, 200);
  expect(client.isPaused).toBe(true);
  const answered = client.bufferedBytes / 100_000;
  expect(answered).toBeGreaterThan(40);
  expect(answered).toBeLessThan(60);
  expect(member.stats()).toMatchObject({ fullOutboxes: 1, outboxBytes: client.bufferedBytes });
  for (let rounds = 0; client.isPaused && rounds < 10; rounds++) client.take();
  expect(client.sent.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(200 * 100_000);
  gets(client, 201, 200);
  expect(client.isPaused).toBe(true);
  pass(30_000);
  expect(client.isDestroyed).toBe(true);
  expect(log.at(-1)?.message).toContain('answers were not taken for 30000 ms');
  expect(member.stats()).toMatchObject({ connections: 0, outboxBytes: 0, requests: 0, requestBytes: 0 });
});

test('replies that a client does not acknowledge are kept up to a bound, past which nothing new is begun', async () => {
  const { member, notes } = await hosted();
  notes.write({ id: 1, text: 'x'.repeat(8_000_000) });
  const client = new RawClient(member);
  client.hello();
  gets(client, 1, 1);
  const update = (seq: number) =>
    client.frame((frame) => {
      const from = frame.length;
      writeHead(frame, {
        kind: Ask.update,
        seq,
        type: 1,
        deadlineMs: undefined,
        idempotencyId: undefined,
        trace: undefined,
      });
      writePlain(frame, {});
      frame.room(4).i32(1);
      // The changes of a patch: which columns, which of them have a value, none.
      frame.room(2).u16(0);
      endRequest(frame, from);
    });
  for (let seq = 2; seq < 8; seq++) {
    update(seq);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(member.stats().keptReplyBytes).toBeGreaterThan(32_000_000);
  expect(member.stats().keptReplyBytes).toBeLessThan(50_000_000);
  const kept = member.stats().keptReplyBytes;
  client.sent.length = 0;
  client.frame((frame) => writeCall(frame, 8, 'count', { where: undefined }, 1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(member.stats().keptReplyBytes).toBe(kept);
  client.frame((frame) => {
    const target = frame.room(5);
    target.u8(Ask.acked);
    target.u32(7);
  });
  expect(member.stats().keptReplyBytes).toBeLessThan(10_000_000);
});

test('under overload what is open goes on, whatever is new is refused', async () => {
  const { member, pass, notes } = await hosted();
  notes.write({ id: 1, text: 'before' });
  const client = new RawClient(member);
  client.hello();
  gets(client, 1, 1);
  client.frame((frame) => writeOpen(frame, 2, 'transaction', {}));
  // What comes waits for the thread again and again.
  for (let round = 0; round < 6; round++) {
    client.frame((frame) => {
      for (let i = 0; i < 100; i++) writeCall(frame, 3 + round * 100 + i, 'count', {}, 1);
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    pass(50);
  }
  const codeOf = (seq: number) => {
    const told = client.told.find((each) => each.seq === seq && each.kind !== Tell.items);
    return told?.kind === Tell.failure ? (told.value as { code: string }).code : told?.kind;
  };
  client.frame((frame) => {
    writeCall(frame, 700, 'ask', { stream: 2, verb: 'update', of: { key: 1, patch: { text: 'after' } } }, 1);
    writeOpen(frame, 701, 'ask', { stream: 2, verb: 'find', of: { plan: {} } }, 1);
    writeCall(frame, 702, 'grid.atomic', { writes: [] }, 0);
    writeOpen(frame, 703, 'transaction', {});
    writeCall(frame, 704, 'count', {}, 1);
  });
  /** Long work waits for its turn, however long that is. */
  const answered = async (...seqs: number[]): Promise<void> => {
    while (seqs.some((seq) => codeOf(seq) === undefined)) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await answered(700, 701);
  expect([702, 703, 704].map(codeOf)).toEqual(['OVERLOADED', 'OVERLOADED', 'OVERLOADED']);
  expect([700, 701].map(codeOf)).toEqual([Tell.reply, Tell.reply]);
  client.frame((frame) => writeCall(frame, 705, 'ask', { stream: 2, verb: 'commit', of: {} }, 0));
  await answered(705);
  expect([codeOf(705), notes.get(1)?.text]).toEqual([Tell.reply, 'after']);
});

test('an error of our own in a request is told as such, stands in the log, and ends nothing else', async () => {
  const { member, log, grid } = await hosted();
  const client = new RawClient(member);
  client.hello();
  gets(client, 1, 1);
  const broken = grid.space(Note) as unknown as { count: () => Promise<number> };
  broken.count = () => Promise.reject(new TypeError('a bug'));
  client.frame((frame) => writeCall(frame, 2, 'count', {}, 1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(log.at(-1)).toMatchObject({ level: 'error', cause: { message: 'a bug' } });
  client.frame((frame) => frame.room(1).u8(Ask.ping));
  expect(client.isOver).toBe(false);
});

test('an answer that no frame can hold is an error, and the frames before it are whole', async () => {
  const { member, grid } = await hosted();
  const client = new RawClient(member);
  client.hello();
  gets(client, 1, 1);
  const large = grid.space(Note) as unknown as { count: () => Promise<unknown> };
  large.count = async () => 'x'.repeat(ANSWER_BYTES_MAX);
  client.sent.splice(1);
  client.frame((frame) => writeCall(frame, 2, 'count', {}, 1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(client.told.at(-1)).toMatchObject({ kind: Tell.failure, seq: 2, value: { code: 'RESULT_TOO_LARGE' } });
});
