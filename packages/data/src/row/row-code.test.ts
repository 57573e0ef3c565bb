import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import type { TypeSchema } from '../type/schema.ts';
import { compileProjection, rowCodeOf, type RowValues } from './row-code.ts';
import { Sample } from './row.fixture.ts';

const { stage, show } = rowCodeOf(Sample.schema);

function staged(input: object, schema: TypeSchema = Sample.schema): RowValues {
  const values: RowValues = schema.columns.map(() => 'left over from the row before');
  (schema === Sample.schema ? stage : rowCodeOf(schema).stage)(input, values);
  return values;
}

function failure(run: () => unknown): { code: unknown; message: string } {
  try {
    run();
  } catch (error) {
    return error as never;
  }
  throw new Error('nothing was thrown');
}

test('absent columns get their default, or nothing where they are optional or kept by Weft', () => {
  expect(show(staged({ region: 'eu' }))).toEqual({
    id: undefined,
    region: 'eu',
    status: 'new',
    note: undefined,
    tags: ['a'],
    at: undefined,
    version: undefined,
  });
  expect(Object.keys(show(staged({ region: 'eu' })))).toEqual([
    'id',
    'region',
    'status',
    'note',
    'tags',
    'at',
    'version',
  ]);
});

test('every value of the row before is overwritten, system columns included', () => {
  expect(staged({ region: 'eu' })).not.toContain('left over from the row before');
});

test('a default that can be changed is handed out as a copy', () => {
  const [a, b] = [staged({ region: 'eu' })[4], staged({ region: 'eu' })[4]] as [string[], string[]];
  a.push('b');
  expect(b).toEqual(['a']);
});

test('undefined counts as absent, even for a column that the type does not have', () => {
  expect(staged({ region: 'eu', note: undefined, nothing: undefined })[3]).toBeUndefined();
});

test('a missing value is named with type, column and kind', () => {
  expect(failure(() => staged({ note: 'x' }))).toMatchObject({
    code: 'VALUE_MISSING',
    message: expect.stringContaining('Sample.region: a row needs a value of kind string'),
  });
});

test('a column that the type does not have is refused with the nearest that it has', () => {
  expect(failure(() => staged({ region: 'eu', nots: 'x' }))).toMatchObject({
    code: 'COLUMN_UNKNOWN',
    message: expect.stringContaining('note'),
  });
  for (const name of ['_slot', '_lsn', '__proto_', 'constructor_'])
    expect(failure(() => staged({ region: 'eu', [name]: 1 })).code).toBe('COLUMN_UNKNOWN');
});

test('null is no value of a row', () => {
  expect(failure(() => staged({ region: 'eu', note: null })).code).toBe('VALUE_INVALID');
});

test('a version that was read with the row is passed over', () => {
  expect(staged({ region: 'eu', version: 7 })[6]).toBeUndefined();
});

test('names that every object inherits are neither taken from it nor refused', () => {
  const Odd = defineType(
    'Odd',
    { id: t.int32(), constructor: t.string().optional(), toString: t.int32().optional() },
    { key: 'id' },
  );
  const bare = Object.assign(Object.create(null) as object, { id: 1, constructor: 'own' });
  expect(staged(bare, Odd.schema).slice(0, 3)).toEqual([1, 'own', undefined]);
  expect(staged(JSON.parse('{"id":1,"constructor":"own","toString":3}') as object, Odd.schema).slice(0, 3)).toEqual([
    1,
    'own',
    3,
  ]);
  expect(staged({ id: 1 }, Odd.schema).slice(0, 3)).toEqual([1, undefined, undefined]);
});

test('an own __proto__ of parsed json is refused like any unknown column and pollutes nothing', () => {
  const input = JSON.parse('{"region":"eu","__proto__":{"note":"polluted"}}') as object;
  expect(failure(() => staged(input)).code).toBe('COLUMN_UNKNOWN');
  expect(({} as { note?: unknown }).note).toBeUndefined();
});

test('getters and instances of classes are rows too', () => {
  class Row {
    readonly region = 'eu';
    get note(): string {
      return 'computed';
    }
  }
  expect(staged(new Row()).slice(1, 4)).toEqual(['eu', 'new', 'computed']);
  expect(
    staged({
      region: 'eu',
      get note(): string {
        return 'own';
      },
    })[3],
  ).toBe('own');
});

test('an unknown column is found in an instance though a getter makes the counts agree', () => {
  class Row {
    readonly region = 'eu';
    readonly surplus = 1;
    get note(): string {
      return 'computed';
    }
  }
  expect(failure(() => staged(new Row())).code).toBe('COLUMN_UNKNOWN');
});

test('a getter that throws is an error that names the column and keeps what was thrown as its cause', () => {
  const broken = {
    region: 'eu',
    get note(): string {
      throw new RangeError('mine');
    },
  };
  expect(() => staged(broken)).toThrow(
    expect.objectContaining({
      code: 'VALUE_INVALID',
      details: { type: 'Sample', column: 'note' },
      cause: expect.any(RangeError),
    }),
  );
});

test('column names of any shape that a type may have are read and shown', () => {
  const Words = defineType(
    'Words',
    {
      class: t.int32(),
      default: t.int32(),
      value: t.int32(),
      input: t.int32(),
      values: t.int32(),
      present: t.int32(),
      name: t.int32(),
    },
    { key: 'class' },
  );
  const row = { class: 1, default: 2, value: 3, input: 4, values: 5, present: 6, name: 7 };
  expect(rowCodeOf(Words.schema).show(staged(row, Words.schema))).toEqual(row);
});

test('a projection reads the asked columns in the asked order', () => {
  const { columns } = Sample.schema;
  const readers = columns.map((schema) => ({
    schema,
    get: (row: number) => `${schema.name}${row}`,
    isNull: () => false,
  }));
  const project = compileProjection([columns[3], columns[1]]);
  expect(Object.entries(project(readers, 5))).toEqual([
    ['note', 'note5'],
    ['region', 'region5'],
  ]);
});
