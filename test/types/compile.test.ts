import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diagnose } from './diagnostics.ts';
import { keptText } from './transcript.ts';

const here = import.meta.dirname;
const refuse = readFileSync(join(here, 'cases/refuse.ts'), 'utf8');

/** Messages carry whole types; what tells one from another stands in front. */
const MESSAGE_LENGTH_MAX = 160;

test('right uses compile with the types that they must have, and no mistake does', async () => {
  const diagnostics = await diagnose('test/types/tsconfig.json', 'test/types/cases/');
  expect(diagnostics.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([]);
});

test('every mistake is refused for its own reason', async () => {
  const diagnostics = await diagnoseUnguarded();
  const transcript = mistakes().map(({ title, line }) => {
    const found = diagnostics.filter((diagnostic) => diagnostic.line === line).map(({ message }) => shortened(message));
    return `${title}\n${found.map((message) => `    ${message}`).join('\n')}\n`;
  });
  expect(transcript.join('\n')).toBe(keptText(join(here, 'refusals.txt'), transcript.join('\n')));
  expect(transcript.filter((entry) => !entry.includes('TS'))).toEqual([]);
  expect(diagnostics).toHaveLength(mistakes().length);
});

interface Mistake {
  readonly title: string;
  /** From 1; the directive above it is the line before. */
  readonly line: number;
}

function mistakes(): Mistake[] {
  const lines = refuse.split('\n');
  return lines.flatMap((text, index) => {
    if (text !== '// @ts-expect-error') return [];
    return [{ title: lines[index - 1]!.replace('// ', ''), line: index + 2 }];
  });
}

/** Compiles the mistakes without the directives that expect them. */
async function diagnoseUnguarded(): Promise<{ line: number; message: string }[]> {
  const folder = join(here, '.cache/unguarded');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, 'cases/order.ts'), join(folder, 'order.ts'));
  writeFileSync(join(folder, 'refuse.ts'), refuse.replaceAll('// @ts-expect-error', '//'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }));
  return diagnose('test/types/.cache/unguarded/tsconfig.json', 'test/types/.cache/unguarded/');
}

function shortened(message: string): string {
  return message.length > MESSAGE_LENGTH_MAX ? `${message.slice(0, MESSAGE_LENGTH_MAX)}…` : message;
}
