import { mkdirSync, writeFileSync } from 'node:fs';
import type { Case, JudgedCase } from './case.ts';
import type { Machine } from './machine.ts';
import type { SuiteAnswer } from './suite.ts';

export type Result = {
  readonly suite: string;
  readonly machine: Machine;
  readonly reps: number;
  readonly elapsedSeconds: number;
} & SuiteAnswer;

/** The one line that `--json` ends with: exactly the agreed fields. */
export function answerLine({ suite, machine, cases }: Pick<Result, 'suite' | 'machine' | 'cases'>): string {
  return JSON.stringify({ suite, machine, cases: cases.map(agreedFields) });
}

/** Writes `<directory>/<suite>-<date>-<commit>.json` and gives its file name. */
export function keepResult(directory: URL, result: Result): string {
  const { suite, machine } = result;
  const name = `${suite}-${machine.date.slice(0, 16).replace(':', '')}-${machine.commit.replace('+', '-dirty')}.json`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(new URL(name, directory), `${JSON.stringify(result, rounded, 2)}\n`);
  return name;
}

function agreedFields({ name, weft, peer, peerName, ratio, spread, must, met }: JudgedCase): Case {
  return { name, weft, peer, peerName, ratio, spread, must, met };
}

/** Six significant digits: more would only pretend. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}
