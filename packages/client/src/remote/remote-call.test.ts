import { expect, test } from 'vitest';
import { RecordReader } from '@weft/log';
import { Ask, FrameWriter, readHead } from '@weft/protocol';
import { RemoteCall } from './remote-call.ts';

class BrokenCall extends RemoteCall<undefined> {
  readonly kind = Ask.call;
  readonly isWrite = true;

  writeBody(frame: FrameWriter): void {
    frame.room(6).text('count');
    throw new RangeError('what comes behind it cannot be written');
  }

  readAnswer(): undefined {
    return undefined;
  }
}

test('a call whose body cannot be written fails alone: its number goes out without a body, and what stands before it stays', async () => {
  const frame = new FrameWriter();
  frame.room(1).u8(Ask.ping);
  const call = new BrokenCall('Item.count', undefined);
  call.seq = 7;
  call.write(frame, 0);
  await expect(call.promise).rejects.toThrow('cannot be written');
  const sent = frame.copy(0);
  const reader = new RecordReader(sent, 0, sent.length);
  expect([reader.u8(), reader.u8()]).toEqual([Ask.ping, Ask.call]);
  expect(reader.u32()).toBe(reader.rest);
  expect(readHead(Ask.call, reader)).toMatchObject({ seq: 7, type: 0 });
  expect(reader.rest).toBe(0);
});
