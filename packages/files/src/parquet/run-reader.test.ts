import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunReader } from './run-reader.ts';

interface Run {
  readonly isPacked: boolean;
  /** Of a packed run a multiple of 8; of another the value, as often as there are entries. */
  readonly values: readonly number[];
}

test('runs and packed bits of any width are read back, in steps of any size', () => {
  fc.assert(
    fc.property(widthAndRuns, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), ([width, runs], steps) => {
      const values = runs.flatMap((run) => run.values);
      const reader = new RunReader(written(runs, width), width);
      const read: number[] = [];
      for (let i = 0; read.length < values.length; i++) {
        const count = Math.min(steps[i % steps.length]!, values.length - read.length);
        const into = new Int32Array(count);
        reader.read(into, count);
        read.push(...into);
      }
      expect(read).toEqual(values.map((value) => value | 0));
    }),
    { numRuns: 300 },
  );
});

test('a run is passed over where it says that all are the value, and only then', () => {
  const reader = new RunReader(written([run(1, 20), run(0, 5), packed([1, 1, 1, 1, 1, 1, 1, 1])], 1), 1);
  expect(reader.pass(12, 1)).toBe(true);
  expect(reader.pass(9, 1)).toBe(false);
  expect(reader.pass(8, 0)).toBe(false);
  expect(reader.pass(8, 1)).toBe(true);
  const into = new Int32Array(6);
  reader.read(into, 6);
  expect([...into]).toEqual([0, 0, 0, 0, 0, 1]);
  expect(reader.pass(7, 1)).toBe(false);
});

test('the last packed run may be cut behind the last value that is asked for', () => {
  const reader = new RunReader(written([packed([1, 2, 3, 4, 5, 6, 7, 8])], 10).subarray(0, 5), 10);
  const into = new Int32Array(3);
  reader.read(into, 3);
  expect([...into]).toEqual([1, 2, 3]);
  expect(() => reader.read(into, 1)).toThrow('its packed bits end early');
});

test('whatever bytes there are, reading ends with values of the width or an error', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 0, max: 32 }),
      fc.integer({ min: 0, max: 100 }),
      (bytes, width, count) => {
        const into = new Int32Array(count);
        try {
          new RunReader(bytes, width).read(into, count);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
        for (const value of into) expect(value >>> 0).toBeLessThan(2 ** width);
      },
    ),
    { numRuns: 500 },
  );
});

test('counts beyond the bytes, headers without an end and widths that there are none of are refused', () => {
  const into = new Int32Array(100);
  expect(() => new RunReader(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x0f, 1]), 8).read(into, 100)).toThrow(RangeError);
  expect(() => new RunReader(new Uint8Array(20).fill(0xff), 1).read(into, 1)).toThrow('has no end');
  expect(() => new RunReader(new Uint8Array(20), 1).read(into, 1)).toThrow('end early');
  expect(() => new RunReader(new Uint8Array([2, 5]), 2).read(into, 1)).toThrow('too large');
  expect(() => new RunReader(new Uint8Array(1), 33)).toThrow('33 bits');
});

function run(value: number, count: number): Run {
  return { isPacked: false, values: Array.from({ length: count }, () => value) };
}

function packed(values: readonly number[]): Run {
  return { isPacked: true, values };
}

const widthAndRuns = fc.integer({ min: 0, max: 32 }).chain((width) => {
  const value = fc.integer({ min: 0, max: 2 ** width - 1 });
  const one = fc.oneof(
    fc.tuple(value, fc.integer({ min: 1, max: 300 })).map(([number, count]) => run(number, count)),
    fc
      .integer({ min: 1, max: 5 })
      .chain((groups) => fc.array(value, { minLength: 8 * groups, maxLength: 8 * groups }).map(packed)),
  );
  return fc.tuple(fc.constant(width), fc.array(one, { maxLength: 8 }));
});

/** The bytes of runs, written in the plainest way. */
function written(runs: readonly Run[], width: number): Uint8Array {
  const bytes: number[] = [];
  for (const { isPacked, values } of runs) {
    for (let header = isPacked ? ((values.length / 8) << 1) | 1 : values.length << 1; ; header >>>= 7) {
      bytes.push(header > 0x7f ? (header & 0x7f) | 0x80 : header);
      if (header <= 0x7f) break;
    }
    const bits = (isPacked ? values : [values[0]!])
      .map((value) =>
        value
          .toString(2)
          .padStart(width, '0')
          .slice(-width || undefined),
      )
      .map((text) => (width === 0 ? '' : Array.from(text).reverse().join('')))
      .join('');
    for (let at = 0; at < bits.length; at += 8)
      bytes.push(
        parseInt(
          Array.from(bits.slice(at, at + 8).padEnd(8, '0'))
            .reverse()
            .join(''),
          2,
        ),
      );
  }
  return new Uint8Array(bytes);
}
