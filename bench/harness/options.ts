import { parseArgs } from 'node:util';

export type Options = {
  readonly suite: string;
  /** End standard output with one line of JSON, and keep the progress off it. */
  readonly json: boolean;
  /** The only table size to run; undefined runs the suite's own. */
  readonly rows: number | undefined;
  readonly reps: number;
};

/** Fewer than five repetitions are a trial, not a result. */
export const RESULT_REPS_MIN = 5;

/** Parses what stands after `npm run bench --`. Throws an Error whose message is for the user. */
export function parseOptions(args: readonly string[], suites: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [suite, ...rest] = positionals;
  if (suite === undefined || rest.length > 0 || !suites.includes(suite)) {
    throw new Error(`usage: npm run bench -- <suite> [--json] [--rows N] [--reps N]; suites: ${suites.join(', ')}`);
  }
  return {
    suite,
    json: values.json ?? false,
    rows: values.rows === undefined ? undefined : parseCount('--rows', values.rows),
    reps: values.reps === undefined ? RESULT_REPS_MIN : parseCount('--reps', values.reps),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, rows: { type: 'string' }, reps: { type: 'string' } },
  });
}

function parseCount(option: string, text: string): number {
  const count = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(count) || count < 1)
    throw new Error(`${option} takes a whole number of at least 1, not "${text}"`);
  return count;
}
