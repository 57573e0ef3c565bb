/** Writes the generated pages. With `--check` it writes nothing and fails when one is not current. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedPages } from './generated.ts';

const check = process.argv.includes('--check');
const stale = generatedPages().filter(({ path, text }) => read(path) !== text);

for (const { path, text } of stale) {
  if (check) console.error(`${path} is not current; run npm run generate`);
  else writeFileSync(absolute(path), text);
}
if (check && stale.length > 0) process.exitCode = 1;
if (!check)
  console.log(stale.length === 0 ? 'all pages are current' : `wrote ${stale.map(({ path }) => path).join(', ')}`);

function absolute(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

function read(path: string): string | undefined {
  return existsSync(absolute(path)) ? readFileSync(absolute(path), 'utf8') : undefined;
}
