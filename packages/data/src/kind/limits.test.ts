import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ARRAY_LENGTH_MAX, JSON_DEPTH_MAX, KEY_BYTES_MAX, ROW_BYTES_MAX, VALUE_BYTES_MAX } from './limits.ts';
import { scalarKinds } from './testing/kinds.ts';

const page = readFileSync(new URL('../../../../docs/types.md', import.meta.url), 'utf8');

test.each([
  ['VALUE_BYTES_MAX', `${VALUE_BYTES_MAX / 2 ** 20} MiB`],
  ['KEY_BYTES_MAX', `${KEY_BYTES_MAX / 2 ** 10} KiB`],
  ['ROW_BYTES_MAX', `${ROW_BYTES_MAX / 2 ** 20} MiB`],
  ['ARRAY_LENGTH_MAX', `${ARRAY_LENGTH_MAX.toLocaleString('en-US')} elements`],
  ['JSON_DEPTH_MAX', `${JSON_DEPTH_MAX} objects and arrays`],
])('the page of kinds says that %s is %s', (name, value) => {
  expect(page).toContain(`| \`${name}\` | ${value}`);
});

test.each([...new Set(scalarKinds.map(({ name }) => name)), 'json', 'array'])('the page of kinds lists %s', (name) => {
  expect(page).toMatch(new RegExp(`^\\| \`t\\.${name}\\(`, 'm'));
});
