import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WeftError } from '@weft/base';
import { Decimal } from '@weft/data';
import { RecordReader } from '@weft/log';
import { readError, writeError } from './errors.ts';
import { FRAME_HEADER_BYTES, FrameWriter, preamble } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { readPlain, writePlain } from './plain-value.ts';

function plainOf(value: unknown): unknown {
  return readPlain(readerOf((frame) => writePlain(frame, value)));
}

function readerOf(write: (frame: FrameWriter) => void): RecordReader {
  const frame = new FrameWriter();
  write(frame);
  return new RecordReader(frame.take(), FRAME_HEADER_BYTES);
}

test('plain values come out as they went in', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array(),
    fc.date({ noInvalidDate: true }),
    fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }).map((unscaled) => new Decimal(unscaled, 4)),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('value')),
      fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (given) => {
      expect(plainOf(given)).toStrictEqual(given);
    }),
  );
});

test('numbers far beyond those of any column come out as they went in', () => {
  for (const value of [-(10n ** 5000n), new Decimal(10n ** 900n, 400)]) expect(plainOf(value)).toStrictEqual(value);
});

test('a name such as __proto__ is a name, and no prototype', () => {
  const given = JSON.parse('{"__proto__": {"admin": true}}') as object;
  const read = plainOf(given) as object;
  expect(Object.keys(read)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test('frames come out whole, wherever their bytes were cut on the way', () => {
  const bytes = new Uint8Array([...preamble(), ...frameOf('first'), ...frameOf('second, which is longer')]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (cuts) => {
      const heard: unknown[] = [];
      const reader = new FrameReader((of, start, end) => heard.push(readPlain(new RecordReader(of, start, end))));
      const sorted = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      for (let i = 1; i < sorted.length; i++) reader.push(bytes.slice(sorted[i - 1], sorted[i]));
      expect(heard).toEqual(['first', 'second, which is longer']);
      expect(reader.heldBytes).toBe(0);
    }),
  );
});

test('no single damaged byte goes unseen', () => {
  const bytes = new Uint8Array([...preamble(), ...frameOf({ qty: 1n, note: 'a text' })]);
  for (let at = 0; at < bytes.length; at++) {
    // A higher highest version is as good; the two bytes behind it say nothing yet.
    if (at >= 5 && at <= 7) continue;
    const damaged = bytes.slice();
    damaged[at]! ^= 0x41;
    let frames = 0;
    const reader = new FrameReader(() => frames++);
    try {
      reader.push(damaged);
    } catch {}
    expect(frames, `byte ${at}`).toBe(0);
  }
});

test('an error arrives with its code, message, hint, details and cause; of one that is none of ours nothing is told', () => {
  const sent = new WeftError('KEY_EXISTS', 'Order with id "a" exists.', {
    details: { type: 'Order' },
    hint: 'Take another.',
  });
  const read = (error: unknown): WeftError => readError(readerOf((frame) => writeError(frame, error)));
  expect(read(sent)).toMatchObject({
    code: 'KEY_EXISTS',
    message: sent.message,
    hint: 'Take another.',
    details: { type: 'Order' },
  });
  const led = (cause: unknown): WeftError => read(new WeftError('CLOSED', 'It is over.', { cause }));
  expect(led(sent).cause).toMatchObject({ code: 'KEY_EXISTS', hint: 'Take another.' });
  expect(led(new TypeError('secret of the server')).cause).toBeUndefined();
  expect(read(new TypeError('secret of the server'))).toMatchObject({ code: 'INTERNAL', outcome: 'in-doubt' });
  expect(read(new TypeError('secret of the server')).message).not.toContain('secret');
});

test('a frame that was taken stays as it is, small or large, whatever is written after it', () => {
  const writer = new FrameWriter();
  const texts = ['a', 'b'.repeat(20_000), 'c'.repeat(100), ...Array.from({ length: 2000 }, (_, i) => `row ${i}`)];
  const frames = texts.map((text, i) => {
    writePlain(writer, text);
    return writer.take(i % 3 === 0);
  });
  const read = frames.map((frame) => readPlain(new RecordReader(frame, FRAME_HEADER_BYTES)));
  expect(read).toEqual(texts);
});

test('small frames share memory, but for those that are kept, and hold back nothing of a long message that was taken back', () => {
  const writer = new FrameWriter();
  const memoryOf = (isKept: boolean): ArrayBufferLike => {
    writer.room(10).u32(7);
    return writer.take(isKept).buffer;
  };
  const shared = Array.from({ length: 100 }, () => memoryOf(false));
  expect(new Set(shared).size).toBeLessThanOrEqual(2);
  expect(Math.max(...shared.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(16 * 1024);
  expect(memoryOf(true).byteLength).toBe(FRAME_HEADER_BYTES + 4);
  writer.room(1 << 20).at += 1 << 20;
  writer.cut(0);
  memoryOf(false);
  expect(writer.room(1).bytes.length).toBeLessThanOrEqual(16 * 1024);
});

function frameOf(value: unknown): Uint8Array {
  const frame = new FrameWriter();
  writePlain(frame, value);
  return frame.take();
}
