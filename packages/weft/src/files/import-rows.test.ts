import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrid, defineType, t, WeftError, type Grid } from '../index.ts';
import { exportRows, importRows, positionOf, type ImportOptions, type Reject } from './index.ts';
import { temporaryFolder } from './sample.fixture.ts';

const Flight = defineType(
  'Flight',
  {
    id: t.int32(),
    departsAt: t.timestamp(),
    delay: t.int32().optional(),
    origin: t.string().default('LAX'),
    email: t.string().optional(),
  },
  { key: 'id', indexes: [{ on: ['id', 'email'], kind: 'unique' }] },
);

const header = 'id,departs_at,delay,origin,email';
let grid: Grid;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(async () => {
  grid = await createGrid({ types: [Flight], segmentBytes: 1 << 24, segmentsMax: 4 });
  folder = temporaryFolder();
});
afterEach(async () => {
  await grid.close();
  folder.remove();
});

const line = (id: number | string, rest = '2001-01-01 00:00:00,5,JFK,'): string => `${id},${rest}`;

function read(lines: readonly string[], options: ImportOptions = {}): ReturnType<typeof importRows> {
  return importRows(grid.space(Flight), [`${lines.join('\n')}\n`], { format: 'csv', ...options });
}

async function failure(work: PromiseLike<unknown>): Promise<WeftError> {
  try {
    await work;
  } catch (error) {
    if (WeftError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('columns go by name or SQL name, an empty field is absent and a default fills in', async () => {
  expect(await read([header, line(1), line(2, '2001-01-01T00:00:00.5Z,,,')])).toMatchObject({ written: 2 });
  expect(await grid.space(Flight).find(undefined, { orderBy: { id: 'asc' } })).toEqual([
    { id: 1, departsAt: new Date('2001-01-01T00:00:00Z'), delay: 5, origin: 'JFK', email: undefined },
    { id: 2, departsAt: new Date('2001-01-01T00:00:00.500Z'), delay: undefined, origin: 'LAX', email: undefined },
  ]);
});

test('a mark of byte order, CRLF, quoted lines, blank lines and a missing last line end are all read', async () => {
  const text = `\uFEFF"id",departs_at,origin\r\n1,2001-01-01 00:00:00,"a ""b""\r\nc"\r\n\r\n2,2001-01-01 00:00:00,d,e\r\n3,2001-01-01 00:00:00,f`;
  const rejects: Reject[] = [];
  const result = await importRows(grid.space(Flight), [text], {
    format: 'csv',
    onReject: (reject) => rejects.push(reject),
  });
  expect(result).toMatchObject({ read: 3, written: 2, rejected: 1 });
  expect(await grid.space(Flight).get(1)).toMatchObject({ origin: 'a "b"\r\nc' });
  expect(await grid.space(Flight).get(3)).toMatchObject({ origin: 'f' });
  expect(rejects).toEqual([
    {
      line: 5,
      code: 'RECORD_INVALID',
      message: 'Flight: the record has 4 fields where the header names 3.',
      raw: '2,2001-01-01 00:00:00,d,e',
    },
  ]);
});

test('broken records are counted and kept aside with line, column, code and text; the others are written', async () => {
  const rejects = folder.path('rejects.ndjson');
  const told: Reject[] = [];
  const result = await read(
    [
      header,
      line(1),
      line('x'),
      line(2, '2001-02-30 00:00:00,1,JFK,'),
      line(3, ',1,JFK,'),
      line(9_999_999_999),
      line(4),
    ],
    { rejects, onReject: (reject) => told.push(reject) },
  );
  expect(result).toMatchObject({ read: 6, written: 2, rejected: 4 });
  expect(told.map(({ line: number, column, code }) => [number, column, code])).toEqual([
    [3, 'id', 'VALUE_INVALID'],
    [4, 'departsAt', 'VALUE_INVALID'],
    [5, 'departsAt', 'VALUE_MISSING'],
    [6, 'id', 'VALUE_OUT_OF_RANGE'],
  ]);
  expect(told[0]).toMatchObject({ raw: line('x'), message: expect.stringContaining('Flight.id') });
  expect(readFileSync(rejects, 'utf8')).toBe(told.map((reject) => `${JSON.stringify(reject)}\n`).join(''));
});

test('a stray quote costs its line and not the rest of the file', async () => {
  const told: Reject[] = [];
  const lines = [header, line(1), '2,"2001-01-01 00:00:00",1,"JFK,', line(3), line(4)];
  const result = await read(lines, { onReject: (reject) => told.push(reject) });
  expect(result).toMatchObject({ written: 3, rejected: 1 });
  expect(told).toMatchObject([{ line: 3, code: 'RECORD_INVALID', raw: lines[2] }]);
});

test('rows that the space refuses are rejects as well, with their text', async () => {
  const told: Reject[] = [];
  await read([header, line(1), line(2)]);
  const result = await read([header, line(3), line(2), line(4)], {
    onConflict: 'fail',
    onReject: (reject) => told.push(reject),
  });
  expect(result).toMatchObject({ read: 3, written: 2, rejected: 1 });
  expect(told).toMatchObject([{ line: 3, code: 'KEY_EXISTS', raw: line(2) }]);
});

test('a handle that takes objects only gets the same rows', async () => {
  const space = grid.space(Flight);
  const narrow = { type: Flight, writeMany: space.writeMany.bind(space) } as unknown as typeof space;
  await read([header, line(2)]);
  const told: number[] = [];
  const text = [header, line(1), line('x'), line(2), line(3)].join('\n');
  const result = await importRows(narrow, [text], {
    format: 'csv',
    onConflict: 'fail',
    onReject: (reject) => told.push(reject.line),
  });
  expect(result).toMatchObject({ read: 4, written: 2, rejected: 2 });
  expect(told).toEqual([3, 4]);
  expect(await space.count()).toBe(3);
});

test('columns can be mapped, passed over and filled with the number of the record', async () => {
  const text = 'when,what,from\n2001-01-01 00:00:00,x,JFK\n2001-01-02 00:00:00,y,LAS\n';
  const options: ImportOptions = {
    format: 'csv',
    columns: { when: 'departsAt', what: null, from: 'origin' },
    rowNumber: 'id',
  };
  expect(await importRows(grid.space(Flight), [text], options)).toMatchObject({ written: 2 });
  expect(await grid.space(Flight).get(1)).toMatchObject({ id: 1, origin: 'LAS' });
});

test('a header that does not fit ends the import before it begins', async () => {
  expect(await failure(read(['id,departs_at,orign', line(1)]))).toMatchObject({
    code: 'COLUMN_UNKNOWN',
    message: expect.stringContaining('nearest is origin'),
  });
  expect(await failure(read(['id,delay', '1,2']))).toMatchObject({
    code: 'VALUE_MISSING',
    message: expect.stringContaining('Flight.departsAt'),
  });
  expect(await failure(read(['id;departs_at', '1;2']))).toMatchObject({ code: 'COLUMN_UNKNOWN' });
  expect(await failure(read(['id,departs_at,departsAt', '1,2,3']))).toMatchObject({ code: 'OPTION_INVALID' });
  expect(await read(['id,departs_at,more', '1,2001-01-01 00:00:00,x'], { extra: 'ignore' })).toMatchObject({
    written: 1,
  });
});

test('what is no file of the format is refused in one sentence', async () => {
  const space = grid.space(Flight);
  const invalid = async (bytes: Uint8Array | string, format: 'csv' | 'ndjson' | 'parquet'): Promise<unknown> =>
    (await failure(importRows(space, [bytes], { format, thread: false }))).code;
  expect(await invalid('', 'csv')).toBe('FILE_INVALID');
  expect(await invalid('\n\n', 'csv')).toBe('FILE_INVALID');
  expect(await invalid(Uint8Array.of(1, 0, 255, 10, 3), 'csv')).toBe('FILE_INVALID');
  expect(await invalid('[{"id":1}]', 'ndjson')).toBe('FILE_INVALID');
  expect(await invalid('PAR1 not really', 'parquet')).toBe('FILE_INVALID');
  expect(await invalid('', 'parquet')).toBe('FILE_INVALID');
  expect((await failure(importRows(space, folder.path('none.csv')))).code).toBe('FILE_UNREADABLE');
  expect(await failure(importRows(space, 'id\n1\n', { format: 'csv' }))).toMatchObject({
    code: 'OPTION_INVALID',
    hint: expect.stringContaining('[text]'),
  });
  expect(await failure(importRows(space, ['id;must\n1;a\n'], { format: 'csv' }))).toMatchObject({
    code: 'COLUMN_UNKNOWN',
    hint: expect.stringMatching(/^If ";" stands between columns, say csv: /),
  });
  expect(await failure(importRows(space, ['id,id\n1,2\n'], { format: 'csv' }))).toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('two columns of the file go there, the second is "id"'),
  });
  expect((await failure(importRows(space, folder.path(''), { format: 'csv' }))).code).toBe('FILE_UNREADABLE');
});

test('JSON lines are read by name; lines that are no rows are rejects', async () => {
  const lines = [
    '{"id":1,"departsAt":"2001-01-01T00:00:00+02:00","delay":null}',
    '{"id":2,"departs_at":"2001-01-01"}',
    '{"id":3,"departsAt":"2001-01-01","colour":"red"}',
    '{"id":4}',
    '{"id":5,',
    '[6]',
    '',
    '{"id":7,"departsAt":"2001-01-01","delay":"7"}',
    '{"id":8,"departsAt":"2001-01-01","origin":"JFK"}',
  ];
  const told: Reject[] = [];
  const result = await importRows(grid.space(Flight), Readable.from([lines.join('\n')]), {
    format: 'ndjson',
    onReject: (reject) => told.push(reject),
  });
  expect(result).toMatchObject({ read: 8, written: 3, rejected: 5 });
  expect(told.map(({ line: number, code, column }) => [number, code, column])).toEqual([
    [3, 'COLUMN_UNKNOWN', undefined],
    [4, 'VALUE_MISSING', 'departsAt'],
    [5, 'RECORD_INVALID', undefined],
    [6, 'RECORD_INVALID', undefined],
    [8, 'VALUE_INVALID', 'delay'],
  ]);
  expect(await grid.space(Flight).get(1)).toMatchObject({ departsAt: new Date('2000-12-31T22:00:00Z'), origin: 'LAX' });
});

test('an import that was stopped goes on from its position, and misses and repeats nothing', async () => {
  const lines = [header, ...Array.from({ length: 5_000 }, (_, id) => line(id))];
  const path = folder.path('flights.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const controller = new AbortController();
  const stopped = await failure(
    importRows(grid.space(Flight), path, {
      signal: controller.signal,
      onProgress: ({ read: count }) => {
        if (count > 0) controller.abort();
      },
    }),
  );
  expect(stopped.code).toBe('ABORTED');
  const position = positionOf(stopped)!;
  expect(position.records).toBeGreaterThan(0);
  expect(position.records).toBeLessThan(5_000);
  expect(stopped.details['written']).toBe(await grid.space(Flight).count());
  const rest = await importRows(grid.space(Flight), path, { resume: position, onConflict: 'fail' });
  expect(rest).toMatchObject({
    written: 5_000 - position.records,
    rejected: 0,
    position: { lines: 5_001, records: 5_000 },
  });
  expect(await grid.space(Flight).count()).toBe(5_000);
});

test('a stream that comes again is gone on with as well', async () => {
  const lines = [header, ...Array.from({ length: 100 }, (_, id) => line(id))].map((text) => `${text}\n`);
  const stopped = await failure(
    importRows(grid.space(Flight), [...lines.slice(0, 50), 'x,y\n', ...lines.slice(50)], {
      format: 'csv',
      maxRejects: 0,
    }),
  );
  const position = positionOf(stopped)!;
  expect(position.bytes).toBeGreaterThan(0);
  const again = [...lines.slice(0, 50), 'x,y\n', ...lines.slice(50), `${line(100)}\n`];
  expect(await importRows(grid.space(Flight), again, { format: 'csv', resume: position })).toMatchObject({
    read: 1,
    written: 1,
    position: { lines: 103, records: 102 },
  });
});

test('a progress file remembers how far an import is, refuses another file, and goes when it is done', async () => {
  const path = folder.path('flights.csv');
  const progress = folder.path('flights.progress');
  writeFileSync(path, `${[header, line(1), line('x'), line(2)].join('\n')}\n`);
  expect((await failure(importRows(grid.space(Flight), path, { resume: progress, maxRejects: 0 }))).code).toBe(
    'REJECTS_LIMIT',
  );
  expect(JSON.parse(readFileSync(progress, 'utf8'))).toMatchObject({
    type: 'Flight',
    source: 'flights.csv',
    records: 3,
  });
  const rest = await importRows(grid.space(Flight), path, { resume: progress });
  expect(rest).toMatchObject({ read: 0, position: { records: 3 } });
  expect(existsSync(progress)).toBe(false);
  await failure(importRows(grid.space(Flight), path, { resume: progress, maxRejects: 0 }));
  appendFileSync(path, `${line(3)}\n`);
  expect((await failure(importRows(grid.space(Flight), path, { resume: progress }))).code).toBe('FILE_INVALID');
});

test('full memory stops an import behind the last row that fitted', async () => {
  const Wide = defineType('Wide', { id: t.int32(), text: t.string() }, { key: 'id' });
  await using small = await createGrid({ types: [Wide], segmentBytes: 1 << 24, segmentsMax: 1 });
  const rows = Array.from({ length: 400 }, (_, id) => JSON.stringify({ id, text: `${id} ${'x'.repeat(60_000)}` }));
  const space = small.space(Wide);
  const source = (): Iterable<string> => rows.map((row) => `${row}\n`);
  const stopped = await failure(importRows(space, source(), { format: 'ndjson' }));
  expect(stopped.code).toBe('MEMORY_LIMIT');
  const position = positionOf(stopped)!;
  expect(position.records).toBe(await space.count());
  expect(position.records).toBe(stopped.details['written']);
  await space.clear();
  const rest = await importRows(space, source(), { format: 'ndjson', resume: position });
  expect(rest.written).toBe(400 - position.records);
  expect(await space.get(position.records)).toBeDefined();
});

test('a source is read no further than it is written', async () => {
  let asked = 0;
  let most = 0;
  const space = grid.space(Flight);
  let written = 0;
  const slow = {
    type: Flight,
    async writeMany(rows: Iterable<never>) {
      await new Promise((resolve) => setImmediate(resolve));
      const result = await space.writeMany(rows);
      written += result.written;
      return result;
    },
  } as unknown as typeof space;
  function* endless(): Generator<string> {
    yield `${header}\n`;
    for (let id = 0; id < 3_000; id++) {
      asked++;
      most = Math.max(most, asked - written);
      yield `${line(id)}\n`;
    }
  }
  expect(await importRows(slow, endless(), { format: 'csv' })).toMatchObject({ written: 3_000 });
  // One window of 16 KiB holds some 500 such lines.
  expect(most).toBeLessThan(1_200);
});

test('the signal ends the wait for a source that never answers', async () => {
  const controller = new AbortController();
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const waiting = failure(importRows(grid.space(Flight), silent, { format: 'csv', signal: controller.signal }));
  controller.abort();
  expect((await waiting).code).toBe('ABORTED');
});

test('an export that is stopped leaves no file', async () => {
  await read([header, ...Array.from({ length: 5_000 }, (_, id) => line(id))]);
  const controller = new AbortController();
  const path = folder.path('out.csv');
  const work = exportRows(grid.space(Flight), path, { signal: controller.signal });
  controller.abort();
  expect((await failure(work)).code).toBe('ABORTED');
  expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false]);
  await exportRows(
    grid.space(Flight).find({ delay: 5 }, { select: ['id', 'origin'], limit: 2, orderBy: { id: 'asc' } }),
    path,
    {
      type: Flight,
    },
  );
  expect(readFileSync(path, 'utf8')).toBe('id,origin\n0,JFK\n1,JFK\n');
});

test('wrong options are refused', async () => {
  const code = async (options: object, source: unknown = ['x']): Promise<string> =>
    (await failure(importRows(grid.space(Flight), source as string, { format: 'csv', ...options }))).code;
  expect(await code({ format: 'xml' })).toBe('OPTION_INVALID');
  expect(await code({ csv: { delimiter: ',,' } })).toBe('OPTION_INVALID');
  expect(await code({ csv: { delimiter: '"' } })).toBe('OPTION_INVALID');
  expect(await code({ maxRejects: -1 })).toBe('OPTION_INVALID');
  expect(await code({ rowNumber: 'origin' })).toBe('OPTION_INVALID');
  expect(await code({ rowNumber: 'idd' })).toBe('COLUMN_UNKNOWN');
  expect(await code({ columns: { a: 'idd' } })).toBe('COLUMN_UNKNOWN');
  expect(await code({ resume: { bytes: -1, lines: 0, records: 0 } })).toBe('OPTION_INVALID');
  expect(await code({ unknown: 1 })).toBe('OPTION_INVALID');
  expect(await code({}, 7)).toBe('OPTION_INVALID');
  expect(await code({}, new URL('https://example.com/x.csv'))).toBe('OPTION_INVALID');
});

test('a pipe that has a path is read once, from where it stands', async () => {
  const path = folder.path('pipe.csv');
  execFileSync('mkfifo', [path]);
  const reading = importRows(grid.space(Flight), path);
  await writeFile(path, `${header}\n${line(1)}\n${line(2)}\n`);
  expect(await reading).toMatchObject({ read: 2, written: 2 });
});

test('a progress file means nothing to a grid that lost the rows: the import begins anew', async () => {
  const path = folder.path('flights.csv');
  writeFileSync(path, `${header}\n${line(1)}\n${line('x')}\n${line(3)}\n`);
  const resume = folder.path('flights.progress');
  const stopped = await failure(importRows(grid.space(Flight), path, { resume, maxRejects: 0, onReject: () => {} }));
  expect(stopped.code).toBe('REJECTS_LIMIT');
  expect(existsSync(resume)).toBe(true);
  await using other = await createGrid({ types: [Flight], segmentBytes: 1 << 24, segmentsMax: 4 });
  expect(await importRows(other.space(Flight), path, { resume })).toMatchObject({ read: 3, written: 2 });
  expect(await other.space(Flight).count()).toBe(2);
});

test('a target that breaks ends the export, and no process that does not listen to it', async () => {
  await read([header, line(1)]);
  const out = new Writable({ write: (_bytes, _encoding, done) => done(new Error('gone')) });
  const stopped = await failure(exportRows(grid.space(Flight), out, { format: 'csv' }));
  expect(stopped).toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining('gone') });
  await new Promise((resolve) => setImmediate(resolve));
});
