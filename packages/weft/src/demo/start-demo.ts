import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { terminalOf } from '../cli/terminal.ts';
import type { DemoOptions } from './demo-options.ts';
import { environmentProblem, surroundings } from './environment.ts';
import { DataPlace, type Acknowledged } from './data-place.ts';
import { FlightsSource } from './flights-source.ts';
import { EVENTS_MAX } from './live-stream.ts';
import type { OpenedFlights, OpenFlightsOptions } from './open-flights.ts';
import { jsonOutput, plainOutput, ScreenOutput, type Output } from './output.ts';
import { recoveryOf } from './recovery.ts';
import { runDemo, type DemoParts } from './run-demo.ts';
import { StopSignals } from './stop-signals.ts';
import type { DemoSummary } from './summary.ts';

/** The performance clock starts with the process, so that start-up counts as well. */
const PROCESS_START_MS = 0;

/** Runs the demo of the command line from the check of its surroundings to the last line. */
export async function startDemo(context: CommandContext, options: DemoOptions): Promise<ExitCode> {
  const problem = environmentProblem(surroundings(), options.keepRows);
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
    const place = await DataPlace.open(options);
    try {
      return await withPlace({ options, source, output, stop, startMs: PROCESS_START_MS }, place);
    } finally {
      await place[Symbol.asyncDispose]();
    }
  } finally {
    await source[Symbol.asyncDispose]();
  }
}

async function withPlace(parts: Omit<DemoParts, 'grid'>, place: DataPlace): Promise<DemoSummary> {
  const { output, options } = parts;
  const open = await opener(options);
  const grid = await open(place.directory, {
    before: place.before,
    onRecovery: (progress) => output.reading(progress, place.directory),
  });
  try {
    const { found, recoveryMs } = grid;
    const recovery = place.before === undefined ? undefined : recoveryOf(found, place.before, recoveryMs, EVENTS_MAX);
    output.opened({ directory: place.directory, isKept: place.isKept, recovery, server: grid.server });
    const onAcknowledged = (progress: Acknowledged): void => place.acknowledged(progress);
    const summary = await runDemo({ ...parts, grid, found, onAcknowledged });
    await grid[Symbol.asyncDispose]();
    return { ...summary, journal: place.directory, isKept: place.isKept, recovery };
  } catch (error) {
    // What failed first is what is told; closing may fail for the same reason.
    await Promise.allSettled([grid[Symbol.asyncDispose]()]);
    throw error;
  }
}

/** Its code is loaded once the reading thread is under way. */
async function opener({
  isRemote,
}: DemoOptions): Promise<(directory: string, options: OpenFlightsOptions) => Promise<OpenedFlights>> {
  if (isRemote) return (await import('./open-remote-flights.ts')).openRemoteFlights;
  return (await import('./open-flights.ts')).openFlights;
}

function outputOf({ stdout, stderr, environment }: CommandContext, { form, color }: DemoOptions): Output {
  if (form === 'json') return jsonOutput(stdout, stderr);
  const terminal = terminalOf(stdout.isTTY === true, environment, color);
  return form === 'auto' && terminal.interactive ? new ScreenOutput(stdout, terminal.color) : plainOutput(stdout);
}
