import type { Wire } from '@weft/base';
import { FRAME_HEADER_BYTES } from '@weft/protocol';
import { expect, test } from 'vitest';
import { FalseTime } from './false-time.fixture.ts';
import { Outbox } from './outbox.ts';
import { SharedBytes } from './shared-bytes.ts';

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
  const tested = new Outbox({
    wire,
    timers: new FalseTime(),
    part: new SharedBytes(1000).part(),
    onStuck: () => undefined,
  });
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
    reply(400);
    expect(frames).toEqual([32, 64, 128, 128]);
  });
  tested.serve(() => reply(33));
  expect(frames).toEqual([32, 64, 128, 128, 88, 32, 1]);
});

test('what becomes ready at once leaves in one frame, and where it is much in several, the first of them at once', async () => {
  const { frames, reply } = outbox();
  reply(60);
  expect(frames).toEqual([]);
  await Promise.resolve();
  expect(frames).toEqual([60]);
  reply(100);
  expect(frames).toEqual([60, 64]);
  await Promise.resolve();
  expect(frames).toEqual([60, 64, 36]);
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

test('where much waits in all connections, one of which more than its share waits is not read until that has left', () => {
  const shared = new SharedBytes(1_000_000);
  const connection = () => {
    const wire = {
      bufferedBytes: 0,
      isPaused: false,
      send: () => undefined,
      pause: () => void (wire.isPaused = true),
      resume: () => void (wire.isPaused = false),
      end: () => undefined,
      destroy: () => undefined,
    };
    const parts = { wire, timers: new FalseTime(), part: shared.part(), onStuck: () => undefined };
    const outbox = new Outbox(parts);
    const waits = (bytes: number): void => {
      wire.bufferedBytes = bytes;
      outbox.out.room(1).u8(1);
      outbox.flush();
    };
    return { wire, outbox, waits };
  };
  const [large, small] = [connection(), connection()];
  large.waits(900_000);
  expect(large.wire.isPaused).toBe(false);
  small.waits(300_000);
  small.waits(310_000);
  large.waits(900_001);
  expect([large.wire.isPaused, small.wire.isPaused, shared.bytes]).toEqual([true, false, 1_210_001]);
  large.wire.bufferedBytes = 0;
  large.outbox.drained();
  expect([large.wire.isPaused, shared.bytes]).toEqual([false, 310_000]);
  small.outbox.close();
  expect(shared.bytes).toBe(0);
});
