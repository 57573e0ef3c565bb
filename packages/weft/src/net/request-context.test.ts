/** What each request passes at its host, whatever it asks: one authorize, its deadline, its end by the client. */
import { beforeEach, expect, test, vi } from 'vitest';
import { authorize, type Authorize } from '@weft/member';
import { Ask, endRequest, Tell, writeHead, writePlain, type FrameWriter } from '@weft/protocol';
import { declareNote, hosted, Note } from './hosted-member.fixture.ts';
import { RawClient } from './raw-client.fixture.ts';

const asked: Parameters<Authorize>[0][] = [];
let isRefused = false;
function door(context: Parameters<Authorize>[0]): void {
  asked.push(context);
  if (isRefused) throw new Error('the door is shut');
  authorize(context);
}

beforeEach(() => {
  asked.length = 0;
  isRefused = false;
});

interface Request {
  readonly kind: number;
  readonly deadlineMs?: number;
  readonly body: (frame: FrameWriter) => void;
}

async function connected() {
  const { member, grid, notes } = await hosted({ authorize: door });
  notes.write({ id: 1, text: 'before' });
  const client = new RawClient(member);
  client.hello();
  client.frame(declareNote);
  let seq = 0;
  /** What came back of a request, once it is there. */
  const answer = async ({ kind, deadlineMs, body }: Request) => {
    const own = ++seq;
    client.frame((frame) => {
      const from = frame.length;
      writeHead(frame, { kind, seq: own, type: 1, deadlineMs, idempotencyId: undefined, trace: undefined });
      body(frame);
      endRequest(frame, from);
    });
    return { seq: own, told: () => vi.waitUntil(() => client.told.find((each) => each.seq === own)) };
  };
  return { client, member, grid, notes, answer };
}

const key = (frame: FrameWriter): void => frame.room(4).i32(1);
function verb(name: string, args: object) {
  return (frame: FrameWriter): void => {
    frame.room(5 + name.length).text(name);
    writePlain(frame, args);
  };
}

const requests: Record<string, Request> = {
  get: { kind: Ask.get, body: key },
  write: {
    kind: Ask.write,
    body(frame) {
      // No flags; both columns have a value.
      const target = frame.room(16);
      target.u8(0);
      target.u8(3);
      target.i32(1);
      target.text('after');
    },
  },
  update: {
    kind: Ask.update,
    body(frame) {
      writePlain(frame, {});
      key(frame);
      frame.room(2).u16(0);
    },
  },
  delete: { kind: Ask.delete, body: key },
  call: { kind: Ask.call, body: verb('clear', {}) },
  open: {
    kind: Ask.open,
    body(frame) {
      const target = frame.room(20);
      target.text('transaction');
      target.u32(64);
      writePlain(frame, {});
    },
  },
};

test.each(Object.entries(requests))(
  '%s passes authorize once, and does nothing where that refuses',
  async (_, request) => {
    const { answer, notes, member } = await connected();
    isRefused = true;
    const { seq, told } = await answer(request);
    expect(await told()).toMatchObject({ kind: Tell.failure });
    expect(asked).toMatchObject([{ kind: request.kind, seq, principal: 'loopback', space: expect.anything() }]);
    expect(notes.get(1)?.text).toBe('before');
    expect(member.stats().streams).toBe(0);

    isRefused = false;
    const served = await (await answer(request)).told();
    expect(served.kind).not.toBe(Tell.failure);
    expect(asked).toHaveLength(2);
  },
);

test.each(Object.entries(requests))('%s that comes when its time is over is not begun', async (_, request) => {
  const { answer, notes } = await connected();
  const { told } = await answer({ ...request, deadlineMs: 0 });
  expect(await told()).toMatchObject({ kind: Tell.failure, value: { code: 'TIMEOUT' } });
  expect(notes.get(1)?.text).toBe('before');
});

test('the time that a client still waits is the timeout of the work, and what it cancels is stopped', async () => {
  const { client, grid, answer } = await connected();
  const begun = vi.fn<(where: unknown, limits: { signal: AbortSignal; timeout: number }) => Promise<number>>();
  begun.mockImplementation(
    (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  );
  (grid.space(Note) as unknown as { count: typeof begun }).count = begun;
  const { seq, told } = await answer({ kind: Ask.call, deadlineMs: 1234, body: verb('count', {}) });
  await vi.waitUntil(() => begun.mock.calls.length > 0);
  const [, limits] = begun.mock.calls[0]!;
  expect([limits.timeout, limits.signal.aborted]).toEqual([1234, false]);
  client.frame((frame) => {
    const target = frame.room(5);
    target.u8(Ask.cancel);
    target.u32(seq + 1);
  });
  expect(limits.signal.aborted).toBe(false);
  client.frame((frame) => {
    const target = frame.room(5);
    target.u8(Ask.cancel);
    target.u32(seq);
  });
  expect(limits.signal.aborted).toBe(true);
  expect(await told()).toMatchObject({ kind: Tell.failure });
});
