import { Decimal, defineType, t, type ErrorCode } from 'weft';
import { SECRET } from './provocations.ts';

/** A column of every kind, and arrays of some. */
export const Sample = defineType(
  'Sample',
  {
    id: t.int32(),
    flag: t.bool().optional(),
    small: t.int16().optional(),
    whole: t.int32().optional(),
    big: t.int64().optional(),
    real: t.float64().optional(),
    single: t.float32().optional(),
    price: t.decimal(9, 2).optional(),
    day: t.date().optional(),
    at: t.timestamp().optional(),
    micros: t.timestamp({ as: 'micros' }).optional(),
    wall: t.localTimestamp().optional(),
    name: t.string().optional(),
    side: t.enum(['buy', 'sell']).optional(),
    raw: t.bytes().optional(),
    uid: t.uuid().optional(),
    doc: t.json<{ a: unknown }>().optional(),
    tags: t.array(t.string()).optional(),
    counts: t.array(t.int32()).optional(),
  },
  { key: 'id' },
);

/** One value that must not get in. */
export interface BadValue {
  readonly column: string;
  readonly what: string;
  readonly code: ErrorCode;
  /** Made anew each time: some can be read only once. */
  readonly make: () => unknown;
}

const MiB = 1 << 20;
const LONG = 'x'.repeat(7 * MiB);
const MANY = Array.from({ length: 1_000_001 }, () => '');
const LONE = `${SECRET}\ud800`;

const bad: Readonly<Record<string, Readonly<Record<string, readonly [ErrorCode, () => unknown]>>>> = {
  flag: { 'a number': invalid(() => 1), 'a text': invalid(() => 'true') },
  small: {
    'one too many': outside(() => 32_768),
    'a fraction': invalid(() => 0.5),
    NaN: invalid(() => NaN),
    'a bigint': invalid(() => 5n),
  },
  whole: {
    'beyond int32': outside(() => -(2 ** 31) - 1),
    'beyond every integer': outside(() => 1e300),
    Infinity: invalid(() => Infinity),
    'a bigint': invalid(() => 5n),
    'a text of digits': invalid(() => '5'),
    'a Number object': invalid(() => Object(5)),
  },
  big: { 'beyond int64': outside(() => 2n ** 63n), 'a number': invalid(() => 5), 'a text': invalid(() => '5') },
  real: { NaN: invalid(() => NaN), '-Infinity': invalid(() => -Infinity), 'a bigint': invalid(() => 5n) },
  single: { 'beyond float32': outside(() => 1e39), NaN: invalid(() => NaN) },
  price: {
    'too many digits': outside(() => Decimal.from('12345678.90')),
    'a digit too fine': outside(() => Decimal.from('0.001')),
    'a number': invalid(() => 1.5),
    'a Decimal made of nonsense': invalid(() => new Decimal(SECRET as never, 2)),
    'a Decimal of endless scale': invalid(() => new Decimal(1n, 2 ** 31)),
    'no Decimal but its prototype': invalid(() => Object.create(Decimal.prototype)),
  },
  day: { 'no such day': invalid(() => '2026-02-30'), 'a Date': invalid(() => new Date(0)) },
  at: {
    'an invalid Date': invalid(() => new Date(NaN)),
    'a number': invalid(() => 0),
    'no Date but its prototype': invalid(() => Object.create(Date.prototype)),
    'beyond every timestamp': outside(() => new Date(8.64e15)),
  },
  micros: { 'beyond every timestamp': outside(() => 2n ** 62n), 'a Date': invalid(() => new Date(0)) },
  wall: { 'no such time': invalid(() => '2026-01-01T25:00:00'), 'a Date': invalid(() => new Date(0)) },
  name: {
    'a lone surrogate': invalid(() => LONE),
    'too long': tooLarge(() => 'x'.repeat(8 * MiB + 1)),
    'too long in UTF-8 alone': tooLarge(() => 'é'.repeat(5 * MiB)),
    'a String object': invalid(() => Object(SECRET)),
    bytes: invalid(() => new Uint8Array([0xff])),
  },
  side: { 'no member': invalid(() => SECRET), 'what every object has': invalid(() => 'constructor') },
  raw: {
    'too long': tooLarge(() => new Uint8Array(8 * MiB + 1)),
    'a longer one that feigns its length': tooLarge(() =>
      Object.defineProperty(new Uint8Array(8 * MiB + 1), 'length', { value: 1 }),
    ),
    'a list': invalid(() => [1, 2]),
    'a view of another type': invalid(() => new Float64Array(2)),
  },
  uid: { 'too short': invalid(() => '00000000-0000-0000-0000-00000000000'), 'a number': invalid(() => 5) },
  doc: {
    'a cycle': tooLarge(() => {
      const at: Record<string, unknown> = {};
      at['a'] = at;
      return at;
    }),
    'too deep': tooLarge(() => JSON.parse('{"a":'.repeat(101) + '1' + '}'.repeat(101))),
    'endlessly deep': tooLarge(() => new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor, get: endless })),
    'too large': tooLarge(() => ({ a: 'x'.repeat(8 * MiB) })),
    'one text from everywhere': tooLarge(() => Array.from({ length: 1000 }, () => LONG)),
    NaN: invalid(() => ({ a: NaN })),
    'a bigint': invalid(() => ({ a: 5n })),
    'a lone surrogate': invalid(() => ({ a: LONE })),
    'a lone surrogate in a name': invalid(() => ({ [LONE]: 1 })),
    'a hole': invalid(() => sparse(3)),
    'four billion holes': invalid(() => sparse(2 ** 32 - 1)),
    'a function': invalid(() => ({ a: () => SECRET })),
    'an instance of a class': invalid(() => ({ a: new Map() })),
    'a getter that throws': invalid(() => throwing('a')),
    'a toJSON': invalid(() => ({ toJSON: () => ({ a: 1 }) })),
    'what throws whatever is asked': invalid(revoked),
  },
  tags: {
    'a hole': invalid(() => sparse(3)),
    'a number': invalid(() => ['a', 5]),
    'a lone surrogate': invalid(() => ['a', LONE]),
    'a million and one': tooLarge(() => MANY),
    'four billion holes': tooLarge(() => sparse(2 ** 32 - 1)),
    'one long text a million times': tooLarge(() => Array.from({ length: 1_000_000 }, () => LONG)),
    'a text': invalid(() => SECRET),
    'something like an array': invalid(() => ({ 0: 'a', length: 1 })),
    'a getter that throws': invalid(() => Object.defineProperty(['a'], 0, { get: fail })),
    'a list that grows while it is read': invalid(() => {
      const list: unknown[] = [];
      return Object.defineProperty(list, 0, { get: () => list.push('x') });
    }),
  },
  counts: { 'beyond int32': outside(() => [1, 2 ** 31]), NaN: invalid(() => [NaN]), 'a bigint': invalid(() => [5n]) },
};

/** What belongs to no kind at all. */
const strangers: Readonly<Record<string, () => unknown>> = {
  'a symbol': () => Symbol(SECRET),
  'a function': () => () => SECRET,
  'a promise': () => Promise.resolve(1),
  'what throws whatever is asked': revoked,
};

export const badValues: readonly BadValue[] = Object.entries(bad).flatMap(([column, values]) => [
  ...Object.entries(values).map(([what, [code, make]]) => ({ column, what, code, make })),
  ...Object.entries(strangers).map(([what, make]) => ({ column, what, code: 'VALUE_INVALID' as const, make })),
]);

/** An object of which one property throws an error that tells a secret. */
export function throwing(name: string, more: object = {}): object {
  return Object.defineProperty({ ...more }, name, { get: fail, enumerable: true });
}

export function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function fail(): never {
  throw new RangeError(SECRET);
}

function sparse(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}

function getOwnPropertyDescriptor(): PropertyDescriptor {
  return { enumerable: true, configurable: true, value: 1 };
}

function endless(): unknown {
  return new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor, get: endless });
}

type Entry = readonly [ErrorCode, () => unknown];
function invalid(make: () => unknown): Entry {
  return ['VALUE_INVALID', make];
}
function outside(make: () => unknown): Entry {
  return ['VALUE_OUT_OF_RANGE', make];
}
function tooLarge(make: () => unknown): Entry {
  return ['VALUE_TOO_LARGE', make];
}
