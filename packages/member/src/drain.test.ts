import { expect, test } from 'vitest';
import type { Wire } from '@weft/base';
import type { Grid, Host } from '@weft/client';
import { RecordReader } from '@weft/log';
import {
  Ask,
  endRequest,
  FrameReader,
  FrameWriter,
  preamble,
  readError,
  readPlain,
  Tell,
  writeHead,
  writePlain,
} from '@weft/protocol';
import { Member } from './member.ts';

/** A host whose timers nobody fires. */
const host: Host = {
  clock: { monotonicMs: () => 0, wallMs: () => 0 },
  random: { uint32: () => 7 },
  timers: { after: () => () => undefined },
  turns: { elapsedMs: () => 0, next: () => Promise.resolve() },
};

/** A client that goes on asking, whatever it is told. */
function stubborn(member: Member) {
  const heard: [kind: number, what: unknown][] = [];
  const reader = new FrameReader((bytes, start, end) => {
    const from = new RecordReader(bytes, start, end);
    while (from.rest > 0) {
      const kind = from.u8();
      if (kind === Tell.failure) from.u32();
      heard.push([kind, kind === Tell.failure ? readError(from) : readPlain(from)]);
    }
  });
  let isEnded = false;
  const wire: Wire = {
    send: (bytes) => reader.push(bytes),
    bufferedBytes: 0,
    pause() {},
    resume() {},
    end: () => (isEnded = true),
    destroy() {},
  };
  const events = member.accept(wire);
  const say = (write: (frame: FrameWriter) => void): void => {
    const frame = new FrameWriter();
    write(frame);
    events.received(frame.take());
  };
  events.received(preamble());
  say((frame) => {
    frame.room(1).u8(Ask.hello);
    writePlain(frame, { space: 'demo', client: 'test' });
  });
  return { heard, say, events, isEnded: () => isEnded };
}

test('a host that stops says so, refuses what is new, and goes once its clients have', async () => {
  const hosts = [{ address: '', firstPartition: 0 }];
  const member = new Member({ space: 'demo', grid: {} as Grid, partitions: 1, hosts, log: () => undefined, host });
  const client = stubborn(member);
  const drained = member.drain();
  client.say((frame) => {
    const head = { kind: Ask.get, seq: 1, type: 1, deadlineMs: 1000, idempotencyId: undefined, trace: undefined };
    const from = frame.length;
    writeHead(frame, head);
    endRequest(frame, from);
  });
  await Promise.resolve();
  expect(client.heard).toMatchObject([
    [Tell.welcome, { space: 'demo' }],
    [Tell.goaway, 'the host is stopping'],
    [Tell.failure, { code: 'HOST_STOPPING', retryable: true, outcome: 'definite' }],
  ]);
  expect(client.isEnded()).toBe(false);
  client.events.closed();
  await drained;
  expect(member.connections).toBe(0);
});
