import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from '@weft/base';
import { Decimal, defineType, t } from '@weft/data';
import { RecordReader } from '@weft/log';
import { expect, test } from 'vitest';
import { EventForm, EventMark } from './event-form.ts';
import { writeError } from './errors.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter, preamble } from './frame.ts';
import { Ask, endRequest, Tell, writeFlags, writeHead, writeSeqs } from './messages.ts';
import { readPlain, writePlain } from './plain-value.ts';
import { RowForm } from './row-form.ts';

/** The vectors are kept in docs/protocol.md. Here their content is made a second time, byte by byte from its tables. */
const PAGE = new URL('../../../docs/protocol.md', import.meta.url);
const MARK = '<!-- vectors -->\n';

const Item = defineType('Item', { id: t.int32(), tag: t.string(), n: t.int32().optional() }, { key: 'id' });
const form = new RowForm(Item.schema);
const row = { id: 7, tag: 'ü', n: undefined };
const trace = Uint8Array.from({ length: 24 }, (_, i) => i);

interface Vector {
  readonly name: string;
  /** Writes it, by the code in use. */
  readonly write: (frame: FrameWriter) => void;
  readonly content: readonly number[];
}

const noHead = { deadlineMs: undefined, idempotencyId: undefined, trace: undefined };

function request(
  kind: number,
  seq: number,
  type: number,
  body: (frame: FrameWriter) => void,
  head = {},
): Vector['write'] {
  return (frame) => {
    const from = frame.length;
    writeHead(frame, { kind, seq, type, ...noHead, ...head });
    body(frame);
    endRequest(frame, from);
  };
}

const vectors: readonly Vector[] = [
  {
    name: 'hello: an object of space, client and session (undefined)',
    write(frame) {
      frame.room(1).u8(Ask.hello);
      writePlain(frame, { space: 'demo', client: 'x', session: undefined });
    },
    content: [
      0x01,
      12,
      3,
      ...text('space'),
      7,
      ...text('demo'),
      ...text('client'),
      7,
      ...text('x'),
      ...text('session'),
      0,
    ],
  },
  {
    name: 'acked 5, credit of stream 3: 258 items, ping',
    write(frame) {
      numbers(frame, Ask.acked, 5);
      numbers(frame, Ask.credit, 3, 258);
      frame.room(1).u8(Ask.ping);
    },
    content: [0x02, ...u32(5), 0x04, ...u32(3), ...u32(258), 0x06],
  },
  {
    name: 'aside: requests 3 and 700',
    write: (frame) => writeSeqs(frame, [3, 700]),
    content: [0x0a, ...u16(2), ...u32(3), ...u32(700)],
  },
  {
    name: 'get 7 of type 1, request 1',
    write: request(Ask.get, 1, 1, (frame) => form.writeKey(frame, 7)),
    content: [0x11, ...u32(11), ...u32(1), 0, ...u16(1), ...u32(7)],
  },
  {
    name: 'write { id: 7, tag: "ü" }, request 2, with a deadline of 500 ms, idempotency id "a" and a trace; only where there is no row, for 1000 ms',
    write: request(
      Ask.write,
      2,
      1,
      (frame) => {
        writeFlags(frame, { isNew: true, ttlMs: 1000 });
        form.writeInput(frame, [7, 'ü', undefined]);
      },
      { deadlineMs: 500, idempotencyId: 'a', trace },
    ),
    content: [
      0x12,
      ...u32(4 + 1 + 4 + 2 + 24 + 2 + 9 + 8),
      ...u32(2),
      7,
      ...u32(500),
      ...text('a'),
      ...trace,
      ...u16(1),
      3,
      ...f64(1000),
      0b011,
      ...u32(7),
      ...text('ü'),
    ],
  },
  {
    name: 'call of "count" without type, request 3: arguments {}',
    write: request(Ask.call, 3, 0, (frame) => {
      frame.room(6).text('count');
      writePlain(frame, {});
    }),
    content: [0x15, ...u32(4 + 1 + 2 + 6 + 2), ...u32(3), 0, ...u16(0), ...text('count'), 12, 0],
  },
  {
    name: 'reply to request 1: the row { id: 7, tag: "ü" }; then a failure of request 2',
    write(frame) {
      numbers(frame, Tell.reply, 1);
      frame.room(1).u8(1);
      form.whole.write(frame, row);
      numbers(frame, Tell.failure, 2);
      writeError(frame, new TypeError('a bug'));
    },
    content: [
      0x82,
      ...u32(1),
      1,
      0b011,
      ...u32(7),
      ...text('ü'),
      0x83,
      ...u32(2),
      12,
      2,
      ...text('code'),
      7,
      ...text('INTERNAL'),
      ...text('message'),
      7,
      ...text('The server met an error of its own; its log has it.'),
    ],
  },
  {
    name: 'plain values: undefined, null, false, true, -1, 0.5, 12n, "ü", bytes 01 02, a Date of 1 ms, the decimal -1.5, [], { a: 1 }',
    write: (frame) =>
      writePlain(frame, [
        undefined,
        null,
        false,
        true,
        -1,
        0.5,
        12n,
        'ü',
        new Uint8Array([1, 2]),
        new Date(1),
        new Decimal(-15n, 1),
        [],
        { a: 1 },
      ]),
    content: [
      11,
      13,
      0,
      1,
      2,
      3,
      4,
      ...u32(0xffff_ffff),
      5,
      ...f64(0.5),
      6,
      ...text('12'),
      7,
      ...text('ü'),
      8,
      2,
      1,
      2,
      9,
      ...f64(1),
      10,
      ...text('-15'),
      1,
      11,
      0,
      12,
      1,
      ...text('a'),
      4,
      ...u32(1),
    ],
  },
  {
    name: 'events: the insert of the row in partition 2 at lsn 9, which enters; the position "p"',
    write(frame) {
      const events = new EventForm(form);
      events.write(frame, {
        type: 'insert',
        filter: 'enters',
        partition: 2,
        lsn: 9,
        key: 7,
        before: undefined,
        after: row,
      });
      events.write(frame, new EventMark('p', false));
    },
    content: [0, ...u16(2), ...f64(9), 0b011, ...u32(7), ...text('ü'), 9, ...text('p')],
  },
];

test('the preamble is eight bytes', () => {
  expect([...preamble()]).toEqual([0x57, 0x45, 0x46, 0x54, 1, 1, 0, 0]);
});

test.each(vectors)('$name: stands as the page says', ({ write, content }) => {
  expect([...frameOf(write).subarray(8)]).toEqual([...content]);
});

test('the page shows these vectors, whole', () => {
  const page = readFileSync(PAGE, 'utf8');
  const [head] = page.split(MARK);
  const shown = vectors.map(({ name, content }) => `${name}\n${hexOf(framed(content))}`).join('\n\n');
  const expected = `${head}${MARK}\n\`\`\`text\n${shown}\n\`\`\`\n`;
  if (process.env['WEFT_WRITE_VECTORS'] === '1') writeFileSync(PAGE, expected);
  expect(page).toBe(expected);
});

test('the frames of the page are read, in one piece and byte by byte', () => {
  const bytes = Uint8Array.from([...preamble(), ...vectors.flatMap(({ content }) => framed(content))]);
  for (const step of [bytes.length, 1, 7]) {
    const read: number[][] = [];
    const reader = new FrameReader((all, start, end) => read.push([...all.subarray(start, end)]));
    for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
    expect(read).toEqual(vectors.map(({ content }) => [...content]));
  }
});

test('the plain values of the page are read', () => {
  const { content } = vectors.find(({ name }) => name.startsWith('plain values'))!;
  expect(readPlain(new RecordReader(Uint8Array.from(content)))).toHaveLength(13);
});

function frameOf(write: Vector['write']): Uint8Array {
  const frame = new FrameWriter();
  write(frame);
  return frame.take();
}

function framed(content: readonly number[]): number[] {
  const bytes = Uint8Array.from(content);
  return [...u32(bytes.length), ...u32(crc32(bytes, 0, bytes.length)), ...content];
}

function hexOf(bytes: readonly number[]): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 32)
    lines.push(
      bytes
        .slice(at, at + 32)
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(' '),
    );
  return lines.join('\n');
}

function numbers(frame: FrameWriter, kind: number, ...values: readonly number[]): void {
  const target = frame.room(1 + 4 * values.length);
  target.u8(kind);
  for (const value of values) target.u32(value);
}

function u16(value: number): number[] {
  return [value & 0xff, value >>> 8];
}

function u32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

function f64(value: number): number[] {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [bytes.length, ...bytes];
}
