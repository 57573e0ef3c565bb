import { exitCode } from './exit-code.ts';
import { runCommandLine } from './run-command-line.ts';

// A reader that goes away (`weft demo | head`) is no failure: the write error ends the process quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommandLine(
  { stdout: process.stdout, stderr: process.stderr, environment: process.env },
  process.argv.slice(2),
);

// Dies of the signal, as a shell expects it: exiting would wait for a read that is under way, of a pipe for ever.
if (process.exitCode === exitCode.interrupted) process.kill(process.pid, 'SIGINT');
