import fc from 'fast-check';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrid, Decimal, defineType, t, WeftError, type Grid } from '../index.ts';
import { exportRows, importRows, proposeType, type Reject } from './index.ts';
import { Sample, sampleRow, sampleRows, temporaryFolder } from './sample.fixture.ts';

const RUNS = Math.min(Number(process.env['WEFT_RUNS'] ?? 6), 100);

let grid: Grid;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(async () => {
  grid = await createGrid({ types: [Sample], segmentBytes: 1 << 24, segmentsMax: 4 });
  folder = temporaryFolder();
});
afterEach(async () => {
  await grid.close();
  folder.remove();
});

test('what is written as Parquet is read back exactly, every kind of value', async () => {
  const space = grid.space(Sample);
  const path = folder.path('sample.parquet');
  await fc.assert(
    fc.asyncProperty(sampleRows, fc.boolean(), async (rows, isStream) => {
      await space.clear();
      await space.writeMany(rows);
      const before = await space.find(undefined, { orderBy: { id: 'asc' } });
      const { rows: count, bytes } = await exportRows(space, path);
      expect({ count, bytes }).toEqual({ count: rows.length, bytes: readFileSync(path).length });
      await space.clear();
      const source = isStream ? Readable.from([readFileSync(path)]) : path;
      const result = await importRows(space, source, { format: 'parquet' });
      expect(result).toMatchObject({ read: rows.length, written: rows.length, rejected: 0 });
      expect(await space.find(undefined, { orderBy: { id: 'asc' } })).toEqual(before);
    }),
    { numRuns: RUNS },
  );
});

test('many row groups are read one after another, and from any row on', async () => {
  const Row = defineType('Row', { id: t.int32(), text: t.string().optional() }, { key: 'id' });
  const space = grid.space(Row);
  const path = folder.path('rows.parquet');
  const count = 150_000;
  function* rows(): Generator<object> {
    for (let id = 0; id < count; id++) yield id % 3 === 0 ? { id } : { id, text: `t${id % 1000}` };
  }
  expect(await exportRows(rows(), path, { type: Row, columns: ['id', 'text'] })).toMatchObject({ rows: count });
  expect(await importRows(space, path)).toMatchObject({ written: count, position: { records: count } });
  expect(await space.count((row) => row.text.isNull())).toBe(count / 3);
  await space.clear();
  const resume = { bytes: 0, lines: 100_000, records: 100_000 };
  expect(await importRows(space, path, { resume })).toMatchObject({ read: 50_000, written: 50_000 });
  expect(await space.get(99_999)).toBeUndefined();
  expect(await space.get(100_000)).toEqual({ id: 100_000, text: 't0' });
});

test('rejects of many row groups have the number and the values of their row, wherever reading began', async () => {
  const Row = defineType('Row', { id: t.int32(), n: t.int32(), text: t.string().optional() });
  const Narrow = defineType('Narrow', { id: t.int32(), n: t.int16(), text: t.string().optional() }, { key: 'id' });
  const path = folder.path('rows.parquet');
  const broken = [3, 20_000, 65_535, 65_536, 99_999];
  function* rows(): Generator<object> {
    for (let id = 0; id < 100_000; id++) {
      const n = broken.includes(id) ? 70_000 : id % 100;
      yield id % 4 === 0 ? { id, n } : { id, n, text: `t${id % 50}` };
    }
  }
  await exportRows(rows(), path, { type: Row, columns: ['id', 'n', 'text'] });
  const rejects: Reject[] = [];
  const space = grid.space(Narrow);
  const resume = { bytes: 0, lines: 10, records: 10 };
  const result = await importRows(space, path, { resume, onReject: (reject) => rejects.push(reject) });
  expect(result).toMatchObject({ read: 99_990, written: 99_986, rejected: 4 });
  expect(rejects.map(({ line, column, raw }) => [line - 1, column, JSON.parse(raw)])).toEqual(
    broken.slice(1).map((id) => [id, 'n', { id, n: 70_000, ...(id % 4 === 0 ? {} : { text: `t${id % 50}` }) }]),
  );
  expect(await space.get(9)).toBeUndefined();
  expect(await space.get(20_001)).toEqual({ id: 20_001, n: 1, text: 't1' });
  expect(await space.get(65_540)).toEqual({ id: 65_540, n: 40 });
});

test('rows that do not fit are rejects with the number of their row', async () => {
  const Wide = defineType('Wide', { id: t.int64(), when: t.timestamp({ as: 'micros' }), n: t.float64().optional() });
  const Narrow = defineType('Narrow', { id: t.int16(), when: t.timestamp(), n: t.int32() }, { key: 'id' });
  const path = folder.path('wide.parquet');
  const rows = [
    { id: 1n, when: 5_000n, n: 2 },
    { id: 100_000n, when: 5_000n, n: 2 },
    { id: 3n, when: 5_001n, n: 2 },
    { id: 4n, when: 5_000n, n: 2.5 },
    { id: 5n, when: 5_000n },
    { id: 6n, when: 5_000n, n: 2 },
  ];
  await exportRows(rows, path, { type: Wide, columns: ['id', 'when', 'n'] });
  const rejects: Reject[] = [];
  const result = await importRows(grid.space(Narrow), path, { onReject: (reject) => rejects.push(reject) });
  expect(result).toMatchObject({ read: 6, written: 2, rejected: 4 });
  expect(rejects.map(({ line, column, code }) => [line, column, code])).toEqual([
    [2, 'id', 'VALUE_OUT_OF_RANGE'],
    [3, 'when', 'VALUE_OUT_OF_RANGE'],
    [4, 'n', 'VALUE_INVALID'],
    [5, 'n', 'VALUE_MISSING'],
  ]);
  expect(JSON.parse(rejects[0]!.raw)).toEqual({ id: '100000', when: '5000', n: 2 });
});

test('a column that cannot become the declared kind is refused by name', async () => {
  const Text = defineType('Text', { id: t.int32(), at: t.bool() }, { key: 'id' });
  const path = folder.path('at.parquet');
  const Source = defineType('Source', { id: t.int32(), at: t.timestamp() }, { key: 'id' });
  await exportRows([{ id: 1, at: new Date(0) }], path, { type: Source });
  await expect(importRows(grid.space(Text), path)).rejects.toMatchObject({
    code: 'FILE_UNSUPPORTED',
    message: expect.stringContaining('Text.at'),
  });
});

test('a proposal from Parquet has the kinds of the file', async () => {
  const path = folder.path('sample.parquet');
  await exportRows(fc.sample(sampleRow, 5), path, {
    type: Sample,
    columns: Sample.schema.columns.slice(0, 18).map(({ name }) => name),
  });
  const { source, type } = await proposeType(path);
  expect(source).toContain('decimal: t.decimal(18, 4)');
  expect(source).toContain("micros: t.timestamp({ as: 'micros' })");
  expect(type.schema.columns.find(({ name }) => name === 'id')).toMatchObject({
    kind: { name: 'int32' },
    optional: false,
  });
});

test('whatever bytes a Parquet file holds, an import ends with rows, rejects or a typed error, in bounded memory', async () => {
  const space = grid.space(Sample);
  const path = folder.path('good.parquet');
  const harmedPath = folder.path('harmed.parquet');
  await exportRows(
    [1, 2, 3].map((id) => ({ id, must: `text ${id % 2}`, decimal: new Decimal(5n, 4), date: '2001-01-01' })),
    path,
    { type: Sample, columns: ['id', 'must', 'decimal', 'date'] },
  );
  const good = readFileSync(path);
  const place = fc.nat({ max: good.length - 1 });
  const harmed = fc.oneof(
    fc.array(fc.tuple(place, fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }).map((changes) => {
      const bytes = Buffer.from(good);
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes;
    }),
    fc.tuple(place, place).map(([a, b]) => Buffer.concat([good.subarray(0, a), good.subarray(b)])),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.concat([Buffer.from('PAR1'), bytes, Buffer.from('PAR1')])),
  );
  await fc.assert(
    fc.asyncProperty(harmed, async (bytes) => {
      writeFileSync(harmedPath, bytes);
      try {
        const { read, written, rejected } = await importRows(space, harmedPath);
        expect(written + rejected).toBe(read);
      } catch (error) {
        if (!WeftError.is(error)) throw error;
        expect(['FILE_INVALID', 'FILE_UNSUPPORTED', 'COLUMN_UNKNOWN', 'VALUE_MISSING', 'OPTION_INVALID']).toContain(
          error.code,
        );
      }
    }),
    { numRuns: RUNS },
  );
});

test('a large text file is read in a thread of its own, and is the same rows', async () => {
  const Row = defineType('Row', { id: t.int32(), price: t.decimal(9, 2), text: t.string() }, { key: 'id' });
  const path = folder.path('rows.csv');
  const lines = Array.from({ length: 20_000 }, (_, id) => `${id},${id}.5${id % 10},"n ${id % 7}"`);
  lines[10_000] = 'x,1.00,broken';
  writeFileSync(path, `id,price,text\n${lines.join('\n')}\n`);
  const rejects: Reject[] = [];
  const space = grid.space(Row);
  const result = await importRows(space, path, { thread: true, onReject: (reject) => rejects.push(reject) });
  expect(result).toMatchObject({ read: 20_000, written: 19_999, rejected: 1 });
  expect(rejects).toMatchObject([{ line: 10_002, column: 'id', raw: 'x,1.00,broken' }]);
  expect(await space.get(19_999)).toEqual({ id: 19_999, price: Decimal.from('19999.59'), text: 'n 0' });
});

const duckdb = await loadDuckdb();
if (duckdb === undefined) process.stderr.write('skipped: the benchmarks, which bring DuckDB, are not installed\n');

test.runIf(duckdb)('DuckDB reads what Weft writes, and Weft what DuckDB writes', async () => {
  const { run, rows } = await duckdb!.open();
  const path = folder.path('weft.parquet');
  const back = folder.path('duckdb.parquet');
  const space = grid.space(Sample);
  await space.writeMany(fc.sample(sampleRows, { numRuns: 3, seed: 7 }).flat());
  const before = await space.find(undefined, { orderBy: { id: 'asc' } });
  await exportRows(space, path);
  const told = Object.fromEntries(
    (await rows(`describe select * from read_parquet('${path}')`)).map(([name, type]) => [name, type]),
  );
  expect(told).toMatchObject({
    bool: 'BOOLEAN',
    int16: 'SMALLINT',
    int64: 'BIGINT',
    float32: 'FLOAT',
    decimal: 'DECIMAL(18,4)',
    date: 'DATE',
    instant: 'TIMESTAMP WITH TIME ZONE',
    local: 'TIMESTAMP',
    text: 'VARCHAR',
    uuid: 'UUID',
    bytes: 'BLOB',
  });
  for (const codec of ['zstd', 'snappy', 'gzip', 'uncompressed', 'brotli']) {
    await run(
      `copy (select * from read_parquet('${path}')) to '${back}' (format parquet, compression ${codec}, row_group_size 7)`,
    );
    await space.clear();
    expect(await importRows(space, back)).toMatchObject({ written: before.length, rejected: 0 });
    expect(await space.find(undefined, { orderBy: { id: 'asc' } })).toEqual(before);
  }
  await run(`copy (select 1 as id, [1, 2] as numbers, {'a': 1} as pair) to '${back}' (format parquet)`);
  const Nested = defineType(
    'Nested',
    { id: t.int32(), numbers: t.array(t.int32()).optional(), pair: t.json().optional() },
    { key: 'id' },
  );
  await expect(importRows(grid.space(Nested), back)).rejects.toMatchObject({
    code: 'FILE_UNSUPPORTED',
    message: expect.stringContaining('"numbers"'),
  });
  const columns = { numbers: null, pair: null };
  expect(await importRows(grid.space(Nested), back, { columns })).toMatchObject({ written: 1 });
});

test.runIf(duckdb).each(['v1', 'v2'])(
  'what DuckDB writes in pages of %s is read: all types, few texts and many, missing values',
  async (version) => {
    const { run, rows } = await duckdb!.open();
    const Row = defineType(
      'Row',
      {
        id: t.int64(),
        small: t.int32().optional(),
        large: t.int64().optional(),
        real: t.float64().optional(),
        single: t.float32().optional(),
        flag: t.bool().optional(),
        few: t.string().optional(),
        many: t.string(),
        moment: t.timestamp(),
        day: t.date().optional(),
        bytes: t.bytes().optional(),
      },
      { key: 'id' },
    );
    const path = folder.path('rows.parquet');
    const count = 40_000;
    const select = `select i as id, case when i % 7 > 0 then (i % 100)::int - 50 end as small,
    case when i % 3 > 0 then i * 1000000007 end as large, case when i % 5 > 0 then i / 8 end::double as real,
    (i % 1000 / 4)::float as single, i % 3 = 0 as flag, case when i % 2 > 0 then 'few ' || i % 9 end as few,
    'many ' || i as many, make_timestamp(i * 1000000) as moment, date '2000-01-01' + (i % 5000)::int as day,
    case when i < 30000 then ('b' || i)::blob end as bytes from range(${count}) r(i)`;
    await run(`copy (${select}) to '${path}' (format parquet, parquet_version ${version}, row_group_size 15000)`);
    const space = grid.space(Row);
    expect(await importRows(space, path)).toMatchObject({ written: count, rejected: 0 });
    const expected = await rows(
      `select id, small, large, real, single, flag, few, many, epoch_ms(moment), day::varchar, hex(bytes) from (${select}) where id % 97 = 0 order by id`,
    );
    const found: unknown[][] = [];
    for (let id = 0; id < count; id += 97) {
      const row = (await space.get(BigInt(id)))!;
      const { small, large, real, single, flag, few, many, moment, day, bytes } = row;
      const hex = bytes === undefined ? undefined : Buffer.from(bytes).toString('hex').toUpperCase();
      const values = [row.id, small, large, real, single, flag, few, many, BigInt(moment.getTime()), day, hex];
      found.push(values.map((value) => value ?? null));
    }
    expect(found).toEqual(expected);
  },
);

/** The DuckDB of the benchmarks, where it is installed. */
async function loadDuckdb(): Promise<
  { open(): Promise<{ run(sql: string): Promise<unknown>; rows(sql: string): Promise<unknown[][]> }> } | undefined
> {
  const url = new URL('../../../../bench/node_modules/@duckdb/node-api/lib/index.js', import.meta.url);
  if (!existsSync(url)) return undefined;
  const { DuckDBInstance } = (await import(/* @vite-ignore */ url.href)) as {
    DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
  };
  return {
    async open() {
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      return {
        run: (sql) => connection.run(sql),
        rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
      };
    },
  };
}

interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
}
