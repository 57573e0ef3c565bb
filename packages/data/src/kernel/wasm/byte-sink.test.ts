import { expect, test } from 'vitest';
import { ByteSink } from './byte-sink.ts';

function bytesOf(write: (sink: ByteSink) => void): number[] {
  const sink = new ByteSink();
  write(sink);
  return [...sink.toBytes()];
}

test('LEB128 follows the examples of the DWARF standard, where it was first written down', () => {
  const unsigned: [number, number[]][] = [
    [2, [0x02]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [129, [0x81, 0x01]],
    [12857, [0xb9, 0x64]],
    [0xffff_ffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ];
  const signed: [bigint, number[]][] = [
    [2n, [0x02]],
    [-2n, [0x7e]],
    [127n, [0xff, 0x00]],
    [-127n, [0x81, 0x7f]],
    [128n, [0x80, 0x01]],
    [-128n, [0x80, 0x7f]],
    [-129n, [0xff, 0x7e]],
  ];
  for (const [value, bytes] of unsigned) expect(bytesOf((sink) => sink.unsigned(value))).toEqual(bytes);
  for (const [value, bytes] of signed) expect(bytesOf((sink) => sink.signed(value))).toEqual(bytes);
});

test('names and framed runs carry their length', () => {
  expect(bytesOf((sink) => sink.name('ab'))).toEqual([2, 97, 98]);
  const inner = new ByteSink();
  inner.bytes([7, 8, 9]);
  expect(bytesOf((sink) => sink.framed(inner))).toEqual([3, 7, 8, 9]);
});
