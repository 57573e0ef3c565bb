import { expect, test } from 'vitest';
import { importsOf, packageOf, targetOf } from './imports.ts';

const specifiers = (text: string): string[] => importsOf({ path: 'a/b.ts', text }).map((found) => found.specifier);

test('static, type-only, side-effect, re-exported and dynamic imports are all seen', () => {
  const text = [
    "import { a } from './a.ts';",
    "import type { B } from '@weft/base';",
    "export {\n  c,\n} from './c.ts';",
    "export * from './d.ts';",
    "import './e.ts';",
    "const f = await import('./f.ts');",
  ].join('\n');
  expect(specifiers(text).toSorted()).toEqual(['./a.ts', './c.ts', './d.ts', './e.ts', './f.ts', '@weft/base']);
});

test('imports in comments and inside strings are not imports', () => {
  expect(specifiers("// import x from './x.ts'\n/* import './y.ts' */\nconst z = \"import './z.ts'\";")).toEqual([]);
});

test('a file found by import.meta.resolve or require.resolve counts as imported', () => {
  expect(specifiers("import.meta.resolve('x/data.json');\nrequire.resolve('y');")).toEqual(['x/data.json', 'y']);
});

test('a worker named by a URL beside the file counts as imported', () => {
  expect(specifiers("new Worker(new URL('./worker.ts', import.meta.url));")).toEqual(['./worker.ts']);
});

test('import.meta itself and a method called import are not imports', () => {
  expect(specifiers("import.meta.url('x');\ntable.import('y');")).toEqual([]);
});

test('a line says where the import begins', () => {
  expect(importsOf({ path: 'a.ts', text: "\n\nimport './b.ts';" })[0]?.line).toBe(3);
});

test('relative imports resolve to a path and others to the name of their package', () => {
  const at = (specifier: string) => ({ path: 'packages/data/src/type/a.ts', line: 1, specifier });
  expect(targetOf(at('../kind/b.ts'))).toBe('packages/data/src/kind/b.ts');
  expect(targetOf(at('@weft/base'))).toBeUndefined();
  expect(packageOf(at('@weft/base/deep'))).toBe('@weft/base');
  expect(packageOf(at('hyparquet/src/x'))).toBe('hyparquet');
  expect(packageOf(at('node:fs'))).toBeUndefined();
});
