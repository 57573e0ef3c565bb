/**
 * `npm run check`: types, lint, format and unit tests, two at a time, one line each.
 * Exits with 1 and the output of every failed step. `npm run check -- types lint` runs only the named steps.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, type CommandResult } from './run-command.ts';

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Two cores are what a developer surely has; every step here uses one well. */
const PARALLEL = 2;
/** A step that takes longer hangs, in milliseconds. */
const STEP_MS_MAX = 180_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

const all: readonly Step[] = [
  { name: 'unit', command: bin('vitest'), args: ['run', '--project', 'unit', '--reporter', 'dot'] },
  { name: 'types', command: bin('tsc'), args: ['-b'] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: bin('oxfmt'), args: ['--check'] },
  // The peers of the benchmarks are installed only where benchmarks run.
  ...(existsSync(join(root, 'bench/node_modules')) && existsSync(join(root, 'bench/tsconfig.json'))
    ? [{ name: 'types of bench', command: bin('tsc'), args: ['-b', 'bench'] }]
    : []),
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no step is called ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const steps = wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name));
const failures = await runSteps(steps);
for (const { step, result } of failures) console.error(`\n── ${step.name} ──\n${result.output.trimEnd()}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function runSteps(queue: readonly Step[]): Promise<{ step: Step; result: CommandResult }[]> {
  const left = [...queue];
  const failed: { step: Step; result: CommandResult }[] = [];
  const work = async (): Promise<void> => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      const result = await runCommand(step.command, step.args, { cwd: root, timeoutMs: STEP_MS_MAX });
      console.log(`${result.code === 0 ? '✓' : '✗'} ${step.name.padEnd(14)} ${(result.ms / 1000).toFixed(1)} s`);
      if (result.code !== 0) failed.push({ step, result });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return failed;
}
