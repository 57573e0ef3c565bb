import type { Wire } from '@weft/base';
import { FRAME_HEADER_BYTES } from '@weft/protocol';
import { expect, test } from 'vitest';
import { FalseTime } from './false-time.fixture.ts';
import { Outbox } from './outbox.ts';

/** An outbox, and the bytes of messages in each frame that left it. */
function outbox() {
  const frames: number[] = [];
  const wire: Wire = {
    send: (bytes) => void frames.push(bytes.length - FRAME_HEADER_BYTES),
    bufferedBytes: 0,
    pause: () => undefined,
    resume: () => undefined,
    end: () => undefined,
    destroy: () => undefined,
  };
  const tested = new Outbox({ wire, timers: new FalseTime(), onStuck: () => undefined });
  const reply = (count: number): void => {
    for (let i = 0; i < count; i++) {
      tested.out.room(1).u8(i);
      tested.flushSoon();
    }
  };
  return { frames, tested, reply };
}

test('of many requests that came together the first replies leave while the others are served', () => {
  const { frames, tested, reply } = outbox();
  tested.serve(() => {
    reply(40);
    expect(frames).toEqual([32]);
    reply(30);
  });
  expect(frames).toEqual([32, 32, 6]);
});

test('what becomes ready at once leaves in one frame', async () => {
  const { frames, reply } = outbox();
  reply(100);
  expect(frames).toEqual([]);
  await Promise.resolve();
  expect(frames).toEqual([100]);
});

test('what was served leaves also where serving throws', () => {
  const { frames, tested, reply } = outbox();
  const run = (): void => {
    reply(1);
    throw new Error('not the protocol');
  };
  expect(() => tested.serve(run)).toThrow('not the protocol');
  expect(frames).toEqual([1]);
});
