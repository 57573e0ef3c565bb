import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HoverClient } from './hover-client.ts';
import { keptText } from './transcript.ts';

const here = import.meta.dirname;
const file = join(here, 'cases/hover.ts');

test('hovering shows plain objects, as in the kept transcript', async () => {
  const hovers = await hoverAll();
  const transcript = `${hovers.join('\n\n')}\n`;
  expect(transcript).toBe(keptText(join(here, 'hover.txt'), transcript));
});

test('no hover shows the machinery behind the types', async () => {
  const hovers = await hoverAll();
  expect(hovers.length).toBeGreaterThan(5);
  for (const hover of hovers) expect(hover).not.toMatch(/ColumnDef|KeptColumn|TypeDef|Infer|Flat|\.\.\. \d+ more|'?~/);
});

/** What the language server says about every top-level declaration that the file marks with a `// hover` above it. */
async function hoverAll(): Promise<string[]> {
  const client = await HoverClient.open(file);
  try {
    const hovers: string[] = [];
    for (const place of places()) hovers.push(await client.hover(place));
    return hovers;
  } finally {
    await client.close();
  }
}

function places(): { line: number; character: number }[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((text, line) => {
    const declared = /^(?:export )?(?:type|const) (?=\w)/.exec(text);
    return declared !== null && lines[line - 1] === '// hover' ? [{ line, character: declared[0].length }] : [];
  });
}
