import { expect, test } from 'vitest';
import { RecordReader } from '@weft/log';
import { Ask, FrameWriter, readHead, REQUEST_BYTES_MAX } from '@weft/protocol';
import { RemoteCall } from './remote-call.ts';

class OddCall extends RemoteCall<undefined> {
  readonly kind = Ask.call;
  readonly isWrite = true;
  readonly #writeBody: (frame: FrameWriter) => void;

  constructor(writeBody: (frame: FrameWriter) => void) {
    super('Item.count', undefined);
    this.#writeBody = writeBody;
  }

  writeBody(frame: FrameWriter): void {
    this.#writeBody(frame);
  }

  readAnswer(): undefined {
    return undefined;
  }
}

/** What goes out of a call that cannot be sent: its number, as one whose time is over. */
async function sentOf(call: OddCall): Promise<void> {
  const frame = new FrameWriter();
  frame.room(1).u8(Ask.ping);
  call.seq = 7;
  call.write(frame, 0);
  const sent = frame.copy(0);
  const reader = new RecordReader(sent, 0, sent.length);
  expect([reader.u8(), reader.u8()]).toEqual([Ask.ping, Ask.get]);
  expect(reader.u32()).toBe(reader.rest);
  expect(readHead(Ask.get, reader)).toMatchObject({ seq: 7, type: 0, deadlineMs: 0 });
  expect(reader.rest).toBe(0);
  await call.promise;
}

test('a call whose body cannot be written fails alone: its number goes out without a body, and what stands before it stays', async () => {
  const broken = new OddCall((frame) => {
    frame.room(6).text('count');
    throw new RangeError('what comes behind it cannot be written');
  });
  await expect(sentOf(broken)).rejects.toThrow('cannot be written');
});

test('a call that no frame can hold fails at once, and no more of it is written than a little beyond that', async () => {
  const most = new OddCall((frame) => (frame.room(REQUEST_BYTES_MAX).at += REQUEST_BYTES_MAX));
  await expect(sentOf(most)).rejects.toMatchObject({
    code: 'REQUEST_TOO_LARGE',
    outcome: 'definite',
    message: expect.stringContaining(
      `Item.count: what it asks for has more than REQUEST_BYTES_MAX, ${REQUEST_BYTES_MAX}`,
    ),
  });
  let written = 0;
  const endless = new OddCall((frame) => {
    for (;;) {
      frame.room(1 << 20).at += 1 << 20;
      written++;
    }
  });
  await expect(sentOf(endless)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
  expect(written).toBeLessThan(80);
});
