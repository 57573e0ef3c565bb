import { WeftError } from '@weft/base';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { StopSignals } from '../demo/stop-signals.ts';

/**
 * Work that ends at the first Ctrl-C or SIGTERM as at its `signal`: no half of a file stays behind, and standard error says so.
 * A second one ends the process at once.
 */
export async function interruptible(
  { stderr }: CommandContext,
  command: string,
  work: (signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const stops = new StopSignals(undefined, () => undefined);
  try {
    return await work(stops.signal);
  } catch (error) {
    if (stops.reason === undefined || !WeftError.is(error) || error.code !== 'ABORTED') throw error;
    stderr.write(`weft ${command}: stopped by ${stops.reason}; nothing is left behind, run it again from the start\n`);
    return exitCode.interrupted;
  } finally {
    stops[Symbol.dispose]();
  }
}
