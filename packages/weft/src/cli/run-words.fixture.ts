/** Test help: command lines in this very process. */
import { Writable } from 'node:stream';
import { runCommandLine } from './run-command-line.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line, the words after `weft`; what it wrote. */
export async function weft(...words: string[]): Promise<Ended> {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  const code = await runCommandLine({ stdout: into('out'), stderr: into('err'), environment: {} }, words);
  return { code, ...written };
}
