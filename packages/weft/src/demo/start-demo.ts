import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { terminalOf } from '../cli/terminal.ts';
import type { DemoOptions } from './demo-options.ts';
import { environmentProblem, surroundings } from './environment.ts';
import { FlightsSource } from './flights-source.ts';
import { jsonOutput, plainOutput, ScreenOutput, type Output } from './output.ts';
import { runDemo } from './run-demo.ts';
import { StopSignals } from './stop-signals.ts';
import type { DemoSummary } from './summary.ts';

/** The performance clock starts with the process, so that start-up counts as well. */
const PROCESS_START_MS = 0;

/** Runs the demo of the command line from the check of its surroundings to the last line. */
export async function startDemo(context: CommandContext, options: DemoOptions): Promise<ExitCode> {
  const problem = environmentProblem(surroundings(), options.keep);
  if (problem) throw problem;
  const output = outputOf(context, options);
  const stop = new StopSignals(options.exitAfterMs, () => output.restore());
  try {
    output.close(await withGrid(options, output, stop));
    return exitCode.ok;
  } finally {
    output.restore();
    stop[Symbol.dispose]();
  }
}

async function withGrid(options: DemoOptions, output: Output, stop: StopSignals): Promise<DemoSummary> {
  // The reading thread needs half a second for its first block, so it starts before the grid's code is loaded.
  const source = new FlightsSource(options.rows);
  try {
    const { openFlights } = await import('./open-flights.ts');
    const grid = await openFlights();
    try {
      return await runDemo({ options, grid, source, output, stop, startMs: PROCESS_START_MS });
    } finally {
      await grid[Symbol.asyncDispose]();
    }
  } finally {
    await source[Symbol.asyncDispose]();
  }
}

function outputOf({ stdout, stderr, environment }: CommandContext, { form, color }: DemoOptions): Output {
  if (form === 'json') return jsonOutput(stdout, stderr);
  const terminal = terminalOf(stdout.isTTY === true, environment, color);
  return form === 'auto' && terminal.interactive ? new ScreenOutput(stdout, terminal.color) : plainOutput(stdout);
}
