import fc from 'fast-check';
import { Decimal, type Kind } from '@weft/data';

/**
 * Values of a kind: mostly from a handful, so that rows meet; now and then the ends of the range, what is easily got wrong, or
 * anything at all.
 */
export function valueOf(kind: Kind): fc.Arbitrary<unknown> {
  switch (kind.name) {
    case 'bool':
      return fc.boolean();
    case 'int16':
      return mixed(
        [0, 1, 2, 3, -1],
        [-32_768, 32_767, 127, 128, 255, 256, -0],
        fc.integer({ min: -32_768, max: 32_767 }),
      );
    case 'int32':
      return mixed([0, 1, 2, 3, -1], [-(2 ** 31), 2 ** 31 - 1, 65_535, 65_536, -0], fc.integer());
    case 'int64':
      return mixed(
        [0n, 1n, 2n, -1n],
        [
          -(2n ** 63n),
          2n ** 63n - 1n,
          2n ** 53n,
          -(2n ** 53n),
          2n ** 53n + 1n,
          2n ** 32n,
          -(2n ** 32n) - 1n,
          2n ** 62n,
        ],
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      );
    case 'float64':
      return mixed(
        [0, 1, 1.5, -2.25],
        [2 ** 53, -(2 ** 53), 1e300, -1e300, Number.MIN_VALUE, -0, 0.1, 1e-300],
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      );
    case 'float32':
      return mixed(
        [0, 1, 1.5, -2.25],
        [0.1, 16_777_217, 3.4e38, -3.4e38, 1e-45, -0],
        fc.float({ min: -1e9, max: 1e9, noNaN: true }),
      );
    case 'decimal':
      return decimalOf(kind.precision, kind.scale);
    case 'date':
      return mixed(
        ['2026-01-01', '2026-01-02', '2024-02-29'],
        ['0001-01-01', '9999-12-31', '1970-01-01', '1969-12-31', '1900-03-01'],
        fc.date({ ...dates, noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
      );
    case 'timestamp':
      return kind.as === 'date' ? instants() : instants().map((date) => BigInt(date.getTime()) * 1000n + 7n);
    case 'localTimestamp':
      return mixed(
        ['2026-01-01T00:00:00', '2026-01-01T00:00:00.5', '2026-01-01T00:00:00.500000'],
        ['0001-01-01T00:00:00', '9999-12-31T23:59:59.999999', '1969-12-31T23:59:59.000001', '1970-01-01T00:00:00.1000'],
        fc.date({ ...dates, noInvalidDate: true }).map((date) => date.toISOString().slice(0, 23)),
      );
    case 'string':
      return texts();
    case 'enum':
      return fc.constantFrom(...kind.members);
    case 'bytes':
      return mixed(
        ['', '00', '01', '0102', '0101'],
        ['ff', '00'.repeat(130), 'db'.repeat(40_000)],
        fc.string({ unit: fc.constantFrom('00', '7f', '80', 'ff'), maxLength: 40 }),
      ).map((hex) => new Uint8Array(Buffer.from(hex, 'hex')));
    case 'uuid':
      return mixed(
        [
          '00000000-0000-0000-0000-000000000001',
          '00000000-0000-0000-0000-000000000002',
          'ABCDEF00-0000-4000-8000-00000000000A',
        ],
        [
          '00000000-0000-0000-0000-000000000000',
          'ffffffff-ffff-ffff-ffff-ffffffffffff',
          '7fffffff-ffff-ffff-8000-000000000000',
        ],
        fc.uuid(),
      );
    case 'json':
      return json();
    case 'array':
      return fc.array(valueOf(kind.element), { maxLength: 3 });
  }
}

/** What questions compare with: now and then a number that no column of the kind can hold. */
export function askedOf(kind: Kind): fc.Arbitrary<unknown> {
  const beyond = BEYOND[kind.name];
  if (beyond === undefined) return valueOf(kind);
  return fc.oneof(
    { weight: 12, arbitrary: valueOf(kind) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(...beyond) },
  );
}

const BEYOND: Readonly<Partial<Record<Kind['name'], readonly unknown[]>>> = {
  int16: [32_768, -32_769, 65_536],
  int32: [2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 32 + 1, 1e300],
  int64: [2n ** 63n, -(2n ** 63n) - 1n, 2n ** 64n, 2n ** 64n + 1n],
  float32: [1e39, -1e39, Number.MAX_VALUE],
};

const dates = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') };

/** Texts that are short, long enough for another form of storage, or too long for a page of the heap. */
function texts(): fc.Arbitrary<string> {
  const handful = ['a', 'b', 'ab', 'abc', 'abcdefg', 'abcdefgh', 'abcdefghi', 'é'];
  // U+FFFF sorts before U+10000 by code point and after it by UTF-16 unit.
  const odd = [
    '',
    '\u0000',
    'abcdef\u0000',
    '\uffff',
    '\u{10000}',
    '\ue000',
    '\u{1f600}',
    'ß',
    'abcdefgé',
    '日本語のテキスト',
    ' ',
    'A',
  ];
  return fc.oneof(
    { weight: 14, arbitrary: fc.constantFrom(...handful) },
    { weight: 4, arbitrary: fc.constantFrom(...odd) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('a', 'b', 'é', '語'), fc.integer({ min: 40, max: 140 }))
        .map(([unit, length]) => unit.repeat(length)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('x', 'ß'), fc.constantFrom(200, 16_384, 32_768, 40_000))
        .map(([unit, length]) => unit.repeat(length)),
    },
  );
}

function instants(): fc.Arbitrary<Date> {
  const handful = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z', '2026-01-02T00:00:00Z'];
  const ends = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z'];
  return mixed(
    handful,
    ends,
    fc.date({ ...dates, noInvalidDate: true }).map((date) => date.toISOString()),
  ).map((text) => new Date(text));
}

function decimalOf(precision: number, scale: number): fc.Arbitrary<Decimal> {
  const most = 10n ** BigInt(precision) - 1n;
  const units = mixed(
    [0n, 1n, 15n, -15n],
    [most, -most, most - 1n, 2n ** 53n % most],
    fc.bigInt({ min: -most, max: most }),
  ).map((unscaled) => new Decimal(unscaled, scale));
  // Other scales of the same numbers are stored at the column's.
  return fc.oneof(
    { weight: 9, arbitrary: units },
    { weight: 1, arbitrary: fc.constantFrom(new Decimal(5n, 0), new Decimal(-1n, 0)) },
  );
}

/** Documents whose few names and depths make paths meet values of every type. */
function json(): fc.Arbitrary<unknown> {
  const leaf = fc.constantFrom<unknown>(0, 1, 2, 1.5, 1e308, 'a', 'ab', '', '\u{10000}', true, false, null);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf,
      fc.dictionary(fc.constantFrom('a', 'b', '0', '__proto__'), tie('tree'), { maxKeys: 3, noNullPrototype: true }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  return tree.filter((value) => value !== null);
}

function mixed<T>(handful: readonly T[], ends: readonly T[], any: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...handful) },
    { weight: 4, arbitrary: fc.constantFrom(...ends) },
    { weight: 1, arbitrary: any },
  );
}
