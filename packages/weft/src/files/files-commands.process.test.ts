import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runWeft } from '../cli/weft-process.fixture.ts';
import { temporaryFolder } from './sample.fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

function written(name: string, text: string): string {
  const path = folder.path(name);
  writeFileSync(path, text);
  return path;
}

test('types propose prints a module that declares a type for the file', async () => {
  const path = written('flight-delays.csv', 'Flight No,delay\nAA1,5\nAA2,\n');
  const { code, stdout } = await runWeft(['types', 'propose', path]);
  expect(code).toBe(0);
  expect(stdout).toContain("export const FlightDelays = defineType(\n  'FlightDelays',");
  expect(stdout).toContain('    flightNo: t.string(), // "Flight No" in the file\n    delay: t.int32().optional(),\n');
  expect(stdout).toContain("{ key: 'flightNo' }");
});

test('import says what came of a file, and keeps broken records aside', async () => {
  const path = written('delays.csv', 'id,delay\n1,5\n2,x\n3,7\n');
  const types = written(
    'types.ts',
    `import { defineType, t } from '${new URL('../index.ts', import.meta.url).href}';\n` +
      "export const Delay = defineType('Delay', { id: t.int32(), delay: t.int32() }, { key: 'id' });\n",
  );
  const rejects = folder.path('rejects.ndjson');
  const { code, stdout } = await runWeft(['import', path, '--type', `${types}#Delay`, '--rejects', rejects, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'Delay', read: 3, written: 2, rejected: 1, rows: 2 });
  expect(JSON.parse(readFileSync(rejects, 'utf8'))).toMatchObject({ line: 3, column: 'delay', raw: '2,x' });
  const stopped = await runWeft(['import', path, '--type', `${types}#Delay`, '--max-rejects', '0']);
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining('REJECTS_LIMIT') });
});

test('an import of which no record is a row fails', async () => {
  const path = written('delays.csv', 'id,delay\n1,x\n2,y\n');
  const types = written(
    'types.ts',
    `import { defineType, t } from '${new URL('../index.ts', import.meta.url).href}';\n` +
      "export const Delay = defineType('Delay', { id: t.int32(), delay: t.int32() }, { key: 'id' });\n",
  );
  const { code, stdout, stderr } = await runWeft(['import', path, '--type', `${types}#Delay`, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ read: 2, written: 0, rejected: 2 });
  expect(stderr).toContain('weft import: nothing was written: none of the 2 records read is a row of Delay.');
});

test('import and export say before anything else what the proposal met', async () => {
  const path = written('delays.csv', 'id;delay\n1;5,0\n');
  const { code, stderr } = await runWeft(['import', path]);
  // Its one record is broken.
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^Passed over as broken: 1 record\. .*\nThe header is one column with ";" in its name\. .*--delimiter ';'/,
  );
});

test('export goes from one format to another', async () => {
  const path = written('delays.csv', 'id,delay\n1,5\n2,\n');
  const parquet = folder.path('delays.parquet');
  expect(await runWeft(['export', path, '--to', parquet])).toMatchObject({ code: 0 });
  const { stdout } = await runWeft(['export', parquet, '--to', '-', '--to-format', 'ndjson']);
  expect(stdout).toBe('{"id":1,"delay":5}\n{"id":2}\n');
});

test('what is missing or wrong is one line', async () => {
  expect(await runWeft(['import'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no file is named') });
  expect(await runWeft(['import', folder.path('none.csv')])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^weft import: none\.csv cannot be read or written: there is no such file or folder\. .*\(FILE_UNREADABLE/,
    ),
  });
  expect(await runWeft(['types', 'propse', 'x.csv'])).toMatchObject({ code: 2 });
  expect(await runWeft(['types', 'propose', written('x.txt', 'id\n1\n')])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/x\.txt" names no format\. Say it with format, on the command line with --format /),
  });
  expect(
    await runWeft(['import', written('y.csv', 'id\n1\n'), '--type', `${written('y.ts', 'export const Y = 3;')}#Y`]),
  ).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('y.ts exports "Y", but it is no type; name what defineType made'),
  });
});

test('a device, which can be read once and may never end, needs a declared type', async () => {
  const { code, stderr } = await runWeft(['import', '/dev/zero', '--format', 'csv']);
  expect(code).toBe(2);
  expect(stderr).toContain('/dev/zero can be read once only; name a declared type with --type FILE#NAME');
});

test('Ctrl-C ends an import whose source hangs, and says so', async () => {
  const pipe = folder.path('pipe.csv');
  execFileSync('mkfifo', [pipe]);
  const types = written(
    'types.ts',
    `import { defineType, t } from '${new URL('../index.ts', import.meta.url).href}';\n` +
      "export const Delay = defineType('Delay', { id: t.int32(), delay: t.int32() }, { key: 'id' });\n",
  );
  let child: ChildProcess | undefined;
  const ended = runWeft(['import', pipe, '--type', `${types}#Delay`], { started: (process_) => (child = process_) });
  // Opens as soon as the import does.
  const writer = await open(pipe, 'w');
  await writer.write('id,delay\n1,5\n');
  child?.kill('SIGINT');
  // It dies of the signal, of which a shell makes 130.
  expect(await ended).toMatchObject({
    code: 'SIGINT',
    stderr: expect.stringContaining('weft import: stopped by SIGINT'),
  });
  await writer.close();
});
