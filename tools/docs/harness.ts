/** What an instrumented example calls. Imported once per process, before anything else. */
import { formatWithOptions, inspect, type InspectOptions } from 'node:util';
import { matches } from './matches.ts';

const ONE_LINE: InspectOptions = { breakLength: Infinity, compact: 1000, depth: Infinity, colors: false };

let printedText: string[] = [];
console.log = (...values: unknown[]): void => {
  printedText.push(...formatWithOptions(ONE_LINE, ...values).split('\n'));
};

/** The value of a statement must look as promised. */
export function value(line: number, expected: string, actual: unknown): void {
  compare(line, expected, inspect(actual, ONE_LINE));
}

/** What was printed since the last comparison must be the promised lines. */
export function printed(line: number, expected: readonly string[]): void {
  const actual = printedText;
  printedText = [];
  compare(line, expected.join('\n'), actual.join('\n'));
}

/** The work must fail with this code. */
export async function throws(line: number, code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    return compare(line, code, String((error as { code?: unknown }).code ?? error));
  }
  compare(line, code, 'no error');
}

function compare(line: number, expected: string, actual: string): void {
  if (matches(expected, actual)) return;
  console.error(`line ${line}: promised ${expected}\n${' '.repeat(`line ${line}:`.length)}      got ${actual}`);
  process.exitCode = 1;
}
