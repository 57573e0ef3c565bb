import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['source'];
// The long form of the property tests (WEFT_LONG=1) runs ten thousand sequences where the short one runs a few hundred.
const patience = process.env['WEFT_LONG'] === '1' ? 100 : 1;
const processTests = '**/*.process.test.ts';
const slowTests = '**/*.slow.test.ts';
// With WEFT_TEST_GRID=tcp grids are reached over a connection, with tcp-hosts over one to each of several hosts: what opens one is another module then.
const fixtures: Readonly<Record<string, string>> = { tcp: 'tcp-grid', 'tcp-hosts': 'tcp-hosts-grid' };
const fixture = fixtures[process.env['WEFT_TEST_GRID'] ?? ''];
const overTcp = {
  find: /^(?:\.{1,2}\/)+create-grid\.ts$/,
  replacement: fileURLToPath(new URL(`packages/weft/src/net/${fixture}.fixture.ts`, import.meta.url)),
};
const alias = fixture === undefined ? [] : [overTcp];

/**
 * Four kinds of test, told apart by where they live and what they are called:
 *
 * - `unit`: beside the source, pure, all in one process without isolation, so that the whole run takes seconds.
 * - `slow`: `*.slow.test.ts`: as `unit`, but they take seconds each; `npm test` runs them, `npm run check` does not.
 * - `system`: `test/` and the documentation: whole answers of whole parts, among them the compiler.
 * - `process`: `*.process.test.ts`: starts processes, threads or timers of its own; each file gets a process.
 */
export default defineConfig({
  resolve: { conditions, alias },
  ssr: { resolve: { conditions } },
  test: {
    maxWorkers: 2,
    setupFiles: ['tools/test-seed.ts'],
    // Processes that tests start are TypeScript, which Node strips of its types and compiles once for all of them.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/weft', import.meta.url)) },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          pool: 'threads',
          isolate: false,
          include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/{.,harness,peers,suites}/*.test.ts'],
          exclude: [processTests, slowTests, 'tools/docs.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000 * patience,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          pool: 'threads',
          isolate: false,
          include: ['packages/*/src/**/*.slow.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000 * patience,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          pool: 'threads',
          include: ['test/**/*.test.ts', 'tools/docs.test.ts'],
          exclude: [processTests, '**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000 * patience,
        },
      },
      {
        extends: true,
        test: {
          name: 'process',
          pool: 'forks',
          // Threads that run TypeScript take it through WebAssembly; where many come and go V8 ends the process when it
          // collects that code (https://github.com/nodejs/node/issues/64500).
          execArgv: ['--no-wasm-code-gc'],
          include: ['packages/*/src/**/*.process.test.ts', 'test/**/*.process.test.ts', 'tools/**/*.process.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000 * patience,
        },
      },
    ],
  },
});
