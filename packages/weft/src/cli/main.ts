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
