import type { ByteSize } from '@weft/base';
import type { CommandContext } from '../cli/command.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { createGrid } from '../create-grid.ts';
import { serve } from './serve.ts';

export interface StartOptions {
  readonly space: string;
  readonly partitions: number;
  readonly port: number;
  readonly dataDir: string | undefined;
  readonly memory: string | undefined;
}

/** Serves until a signal says to stop. */
export async function startServer({ stdout, stderr }: CommandContext, options: StartOptions): Promise<ExitCode> {
  const { space, partitions, port, dataDir, memory } = options;
  const stop = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, resolve);
  });
  const grid = await createGrid({ partitions, dataDir, memory: memory as ByteSize | undefined });
  const serving = await serve({
    space,
    grid,
    partitions,
    port,
    log: ({ level, message }) => stderr.write(`${level}: ${message}\n`),
  });
  stdout.write(`weft://localhost:${serving.port}/${space}\n`);
  await stop;
  await serving.close();
  await grid.close();
  return exitCode.ok;
}
