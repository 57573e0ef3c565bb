/** Test help: what a client sends, and what nobody should. From a seed. */
import { crc32 } from '@weft/base';
import type { TypeSchema } from '@weft/data';
import { schemaJson } from '@weft/data';
import {
  Ask,
  endRequest,
  FrameWriter,
  FRAME_HEADER_BYTES,
  preamble,
  writeFlags,
  writeHead,
  writePlain,
  writeSeqs,
} from '@weft/protocol';
import { writeCall } from './raw-client.fixture.ts';

const KEPT_FRAMES = 64;

export class HostileTraffic {
  readonly #schemaText: string;
  #state: number;
  #seq = 1;
  #sent: Uint8Array[] = [];

  constructor(schema: TypeSchema, seed: number) {
    this.#schemaText = JSON.stringify(schemaJson(schema));
    this.#state = seed;
  }

  /** What a new connection says first; mostly the right thing. */
  begin(): Uint8Array[] {
    this.#seq = 1;
    const hello = this.#frame((frame) => {
      frame.room(1).u8(Ask.hello);
      writePlain(frame, { space: 'demo', client: 'fuzz', session: this.#chance(10) ? 'x' : undefined });
    });
    const type = this.#frame((frame) => this.#writeType(frame));
    if (this.#chance(20)) return this.#cut([preamble(), this.#mutated(hello)]);
    if (this.#chance(30)) return [this.#bytes(this.#below(40))];
    return this.#cut([preamble(), hello, this.#chance(20) ? this.#mutated(type) : type]);
  }

  /** A frame, as chunks. */
  next(): Uint8Array[] {
    const frame = this.#frame((target) => {
      for (let count = 1 + this.#below(3); count > 0; count--) this.#writeMessage(target);
    });
    this.#sent[this.#below(KEPT_FRAMES)] = frame;
    switch (this.#below(12)) {
      case 0:
        return [this.#bytes(1 + this.#below(64))];
      case 1:
        return [flipped(frame, this.#below(frame.length), this.#below(256))];
      case 2:
        return [frame.subarray(0, this.#below(frame.length))];
      case 3:
        return [this.#sent[this.#below(KEPT_FRAMES)] ?? frame];
      case 4:
      case 5:
      case 6:
      case 7:
        return this.#cut([this.#mutated(frame)]);
      default:
        return this.#cut([frame]);
    }
  }

  #writeMessage(frame: FrameWriter): void {
    switch (this.#below(14)) {
      case 0:
        return this.#writeNumbers(frame, Ask.acked, [this.#near()]);
      case 1:
        return this.#writeNumbers(frame, Ask.cancel, [this.#near()]);
      case 2:
        return this.#writeNumbers(frame, Ask.credit, [this.#near(), this.#below(300)]);
      case 3:
        return this.#writeNumbers(frame, Ask.resume, [this.#near(), this.#below(300), this.#below(300)]);
      case 4:
        return frame.room(1).u8(Ask.ping);
      case 5:
        return this.#writeCall(frame);
      case 6:
        return this.#writeOpen(frame);
      case 8:
        return writeSeqs(frame, this.#chance(3) ? [] : [this.#near(), this.#near()]);
      case 7:
        return this.#chance(4) ? this.#writeType(frame) : frame.room(1).u8(Ask.ping);
      default:
        return this.#writePoint(frame);
    }
  }

  #writeType(frame: FrameWriter): void {
    const target = frame.room(8 + this.#schemaText.length);
    target.u8(Ask.type);
    target.u16(this.#chance(50) ? this.#below(5000) : 1);
    target.text(this.#schemaText);
  }

  #writePoint(frame: FrameWriter): void {
    const from = frame.length;
    const kind = Ask.get + this.#below(4);
    this.#writeHead(frame, kind);
    if (kind === Ask.write) {
      writeFlags(frame, { isNew: this.#chance(3), ttlMs: undefined });
      // Which of id, text, tags there are: id and text.
      frame.room(1).u8(3);
      frame.room(4).i32(this.#below(1000));
      const text = 'x'.repeat(this.#below(200));
      frame.room(text.length + 5).text(text);
    } else {
      if (kind === Ask.update) writePlain(frame, this.#chance(3) ? { ifVersion: 1 } : {});
      frame.room(4).i32(this.#below(1000));
      if (kind === Ask.update) frame.room(2).u16(0);
    }
    endRequest(frame, from);
  }

  #writeCall(frame: FrameWriter): void {
    const verb = this.#pick([
      'count',
      'deleteMany',
      'ensure',
      'ask',
      'close',
      'clear',
      'nothing',
      'getMany',
      'aggregate',
      'grid.stats',
    ]);
    writeCall(frame, this.#seq++, verb, this.#args(), this.#below(2));
  }

  #writeOpen(frame: FrameWriter): void {
    const from = frame.length;
    this.#writeHead(frame, Ask.open);
    const verb = this.#pick(['find', 'subscribe', 'find', 'consume', 'nothing']);
    const target = frame.room(verb.length + 9);
    target.text(verb);
    target.u32(this.#chance(5) ? this.#below(1 << 30) : 1 + this.#below(64));
    writePlain(frame, this.#args());
    endRequest(frame, from);
  }

  #args(): object {
    const column = this.#pick(['id', 'text', 'tags', 'version', 'nothing', '__proto__']);
    const op = this.#pick(['eq', 'ne', 'lt', 'ge', 'in', 'between', 'and', 'not', 'isNull', 'nothing']);
    const value = this.#pick<unknown>([
      1,
      'x',
      null,
      undefined,
      2n ** 70n,
      [],
      { a: 1 },
      new Date(NaN),
      new Uint8Array(3),
      Number.NaN,
      -0,
    ]);
    const leaf = { op, column, value, values: [value], args: [value], arg: value, low: value, high: value };
    return this.#pick<object>([
      {},
      { where: leaf },
      { where: { op: 'and', args: [leaf, leaf] } },
      { where: { op: 'not', arg: leaf } },
      { where: value, options: value, shape: value, keys: [value], key: value },
      { stream: this.#near(), verb: 'commit', of: value },
      { options: { overflow: value, buffer: value, from: value, group: value, initial: true } },
      { shape: { select: [column], limit: value, order: [column], orderBy: [{ column, direction: 'asc' }] } },
    ]);
  }

  #writeHead(frame: FrameWriter, kind: number): void {
    writeHead(frame, {
      kind,
      seq: this.#chance(50) ? this.#near() : this.#seq++,
      type: this.#chance(20) ? this.#below(4) : 1,
      deadlineMs: this.#chance(3) ? this.#below(100) : undefined,
      idempotencyId: this.#chance(10) ? 'id' : undefined,
      trace: this.#chance(10) ? new Uint8Array(24) : undefined,
    });
  }

  #writeNumbers(frame: FrameWriter, kind: number, numbers: readonly number[]): void {
    const target = frame.room(1 + 4 * numbers.length);
    target.u8(kind);
    for (const number of numbers) target.u32(number);
  }

  /** A sequence number that may have been used. */
  #near(): number {
    return Math.max(0, this.#seq - this.#below(20));
  }

  #frame(write: (frame: FrameWriter) => void): Uint8Array {
    const frame = new FrameWriter();
    write(frame);
    return frame.take().slice();
  }

  /** Another content, with its right length and checksum. */
  #mutated(frame: Uint8Array): Uint8Array {
    let content = [...frame.subarray(FRAME_HEADER_BYTES)];
    for (let count = 1 + this.#below(4); count > 0 && content.length > 0; count--) {
      const at = this.#below(content.length);
      switch (this.#below(5)) {
        case 0:
          content[at] = this.#below(256);
          break;
        case 1:
          content = content.slice(0, at + 1);
          break;
        case 2:
          content.splice(at, 0, ...content.slice(at, at + this.#below(16)));
          break;
        case 3:
          content.splice(at, 1 + this.#below(4));
          break;
        default:
          content.splice(
            at,
            4,
            ...this.#pick([
              [0xff, 0xff, 0xff, 0xff],
              [0, 0, 0, 0],
              [0x80, 0x80, 0x80, 0x80],
              [1, 0, 0, 0x80],
            ]),
          );
      }
    }
    const bytes = new Uint8Array(FRAME_HEADER_BYTES + content.length);
    bytes.set(content, FRAME_HEADER_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, content.length, true);
    view.setUint32(4, crc32(bytes, FRAME_HEADER_BYTES, bytes.length), true);
    return bytes;
  }

  /** The same bytes in pieces, sometimes. */
  #cut(frames: readonly Uint8Array[]): Uint8Array[] {
    return frames.flatMap((frame) => {
      if (!this.#chance(4)) return [frame];
      const at = this.#below(frame.length);
      return [frame.subarray(0, at), frame.subarray(at)];
    });
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#below(256));
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }

  #chance(of: number): boolean {
    return this.#below(of) === 0;
  }

  /** mulberry32. */
  #below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let word = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % bound;
  }
}

function flipped(frame: Uint8Array, at: number, value: number): Uint8Array {
  const other = frame.slice();
  other[at] = value;
  return other;
}
