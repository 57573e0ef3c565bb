/** What a program carries that imports `weft/client` and nothing else. */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';

/** Bytes of all that is loaded with the entry, minified and compressed; what only spaces of several hosts need is loaded then. */
const CLIENT_BYTES_MAX = 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** As far as it is looked at. */
interface Chunk {
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
  readonly moduleIds: readonly string[];
}

interface Bundler {
  rolldown(options: object): Promise<{
    generate(options: object): Promise<{ readonly output: readonly Chunk[] }>;
    close(): Promise<void>;
  }>;
}

let chunks: readonly Chunk[];

beforeAll(async () => {
  // The bundler is that of the tests themselves, so that none needs to be installed beside.
  const vite = createRequire(import.meta.resolve('vitest')).resolve('vite');
  const { rolldown } = (await import(pathToFileURL(createRequire(vite).resolve('rolldown')).href)) as Bundler;
  const bundle = await rolldown({
    input: `${root}/packages/weft/src/client/index.ts`,
    platform: 'node',
    resolve: { conditionNames: ['source'] },
  });
  chunks = (await bundle.generate({ format: 'esm', minify: true })).output;
  await bundle.close();
});

/** The entry with all that it imports at once. */
function loadedAtOnce(): Chunk[] {
  const loaded: Chunk[] = chunks.filter(({ isEntry }) => isEntry);
  for (const { imports } of loaded)
    for (const name of imports) {
      const chunk = chunks.find(({ fileName }) => fileName === name);
      if (chunk !== undefined && !loaded.includes(chunk)) loaded.push(chunk);
    }
  return loaded;
}

const compressedBytes = (some: readonly Chunk[]): number =>
  some.reduce((bytes, { code }) => bytes + gzipSync(code, { level: 9 }).length, 0);

test('the client is small: minified and compressed it has under 60 kB', () => {
  const [atOnce, whole] = [compressedBytes(loadedAtOnce()), compressedBytes(chunks)];
  process.stdout.write(`weft/client: ${atOnce} bytes minified and compressed, ${whole} with what several hosts need\n`);
  expect(atOnce).toBeGreaterThan(10_000);
  expect(atOnce).toBeLessThan(CLIENT_BYTES_MAX);
});

test('the client depends on no package of others, and of Node on what connections need', () => {
  const names = chunks.map(({ fileName }) => fileName);
  const imports = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
  const outside = new Set(imports.filter((name) => !names.includes(name)));
  expect([...outside].sort()).toEqual(['node:async_hooks', 'node:crypto', 'node:net']);
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds).filter((id) => !id.startsWith('\0'));
  expect(modules.filter((id) => !id.startsWith(`${root}packages/`))).toEqual([]);
});

test('the client has nothing of what holds rows, logs them on disk or serves them', () => {
  const of = new Set(
    chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => id.slice(`${root}packages/`.length).split('/')[0])),
  );
  for (const name of ['store', 'member', 'files', 'sim']) expect(of).not.toContain(name);
});
