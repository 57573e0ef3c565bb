import { expect, test } from 'vitest';
import { proposeType } from './propose-type.ts';

const csv = (text: string) => proposeType([text], { format: 'csv', name: 'Row' });
const ndjson = (text: string) => proposeType([text], { format: 'ndjson', name: 'Row' });

test('whole numbers that no double holds are text, so that nothing is rounded', async () => {
  const { source } = await csv(
    'id,hash,mixed,double\n1,9223372036854775808,0.5,0.5\n2,1,9007199254740993,9007199254740991\n',
  );
  expect(source).toContain('hash: t.string(),');
  expect(source).toContain('mixed: t.string(),');
  expect(source).toContain('double: t.float64(),');
});

test('whole numbers of JSON beyond int64 are doubles, as JSON read them', async () => {
  const { source } = await ndjson('{"id":1,"n":590295810358705700001}\n{"id":2,"n":1}\n');
  expect(source).toContain('n: t.float64(),');
});

test('broken records are counted, and the source says so', async () => {
  const ragged = await csv('id,x\n1,2,3\n2\n3,4\n');
  expect(ragged).toMatchObject({ records: 1, broken: 2 });
  expect(ragged.source).toContain('// Proposed from all 1 record.\n// Passed over as broken: 2 records. ');
  const lines = await ndjson('{"id":1}\n{"id":2,}\n\n \nnull\n');
  expect(lines).toMatchObject({ records: 1, broken: 2 });
  const good = await csv('id,x\n1,2\n');
  expect(good).toMatchObject({ records: 1, broken: 0, notes: [] });
});

test.each([';', '\t', '|'])('a header that another delimiter may divide (%j) is told of', async (delimiter) => {
  const text = ['id', 'price'].join(delimiter) + '\n' + ['1', '1,50'].join(delimiter) + '\n';
  const { notes } = await csv(text);
  expect(notes).toContainEqual(expect.stringContaining(`with ${JSON.stringify(delimiter)} in its name`));
  const { columns, notes: none } = await proposeType([text], { format: 'csv', name: 'Row', csv: { delimiter } });
  expect({ columns, none }).toEqual({ columns: {}, none: [] });
});
