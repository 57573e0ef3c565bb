/**
 * Style that matters, as tests over the whole repository. Each rule has its own file in `tidy/`, and `tidy/rules.test.ts`
 * proves on planted breaches that it finds them.
 */
import { errorRegistry } from '@weft/base';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkCycles } from './tidy/cycles.ts';
import { checkDead } from './tidy/dead.ts';
import { checkDecisions } from './tidy/decisions.ts';
import { checkHosts } from './tidy/hosts.ts';
import { checkLayers, LAYERS } from './tidy/layers.ts';
import { checkLeftovers } from './tidy/leftovers.ts';
import { checkLength, LINES_LONG, LINES_MAX } from './tidy/length.ts';
import { checkLock } from './tidy/lockfile.ts';
import { checkProvoked } from './tidy/provoked.ts';
import { checkPurity } from './tidy/purity.ts';
import { formatFinding, readSourceTree, type Finding } from './tidy/source-tree.ts';
import { generatedPages } from './generated.ts';

const files = readSourceTree(fileURLToPath(new URL('..', import.meta.url)));
const lines = (findings: readonly Finding[]): string[] => findings.map(formatFinding);
const must = (path: string) => {
  const file = files.find((candidate) => candidate.path === path);
  expect(file, `${path} is missing`).toBeDefined();
  return file!;
};

test('the layer table names every package', () => {
  const manifests = files.filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path));
  const names = manifests.map(({ text }) => (JSON.parse(text) as { name: string }).name);
  expect(names.toSorted()).toEqual(Object.keys(LAYERS).toSorted());
});

test('packages import down the layer table only, and declare exactly what they import', () => {
  expect(lines(checkLayers(files))).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(lines(checkCycles(files))).toEqual([]);
});

test('no source is left that nothing uses', () => {
  expect(lines(checkDead(files))).toEqual([]);
});

test('pure packages touch no clock, randomness, environment or I/O', () => {
  expect(lines(checkPurity(files))).toEqual([]);
});

test('no debugging, reminder or export * is left over', () => {
  expect(lines(checkLeftovers(files))).toEqual([]);
});

test('every error code is provoked by a test', () => {
  expect(lines(checkProvoked(files, Object.keys(errorRegistry)))).toEqual([]);
});

test.each(generatedPages())('$path says what it is generated from (npm run generate)', ({ path, text }) => {
  expect(must(path).text).toBe(text);
});

test.each(['package-lock.json', 'bench/package-lock.json'])(
  '%s installs on every platform, without scripts',
  (path) => {
    expect(lines(checkLock(must(path)))).toEqual([]);
  },
);

test('no package registry is named anywhere', () => {
  expect(lines(checkHosts(files))).toEqual([]);
});

test('decisions are numbered and say situation, decision and consequences', () => {
  expect(lines(checkDecisions(files))).toEqual([]);
});

test('no source file has grown beyond its bound', () => {
  for (const line of lines(checkLength(files, LINES_LONG))) console.warn(line);
  expect(lines(checkLength(files, LINES_MAX))).toEqual([]);
});
