/**
 * A process that writes until it is killed: each writer does one step after another and notes, in a file, each that was acknowledged.
 * Arguments: data directory, file of notes, steps that each writer has done.
 */
import { openSync, writeSync } from 'node:fs';
import { createGrid } from '../create-grid.ts';
import { act, Entry, numberedGrid, WRITERS } from './numbered-work.fixture.ts';

const [dataDir, notesPath, steps] = process.argv.slice(2) as [string, string, string];
const done = JSON.parse(steps) as number[];
const notes = openSync(notesPath, 'a');
const grid = await createGrid({ ...numberedGrid, dataDir, snapshotEvery: '64KiB' });
const entries = grid.space(Entry);
process.stdout.write('ready\n');
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => work(writer, done[writer]! + 1)));

async function work(writer: number, first: number): Promise<void> {
  for (let step = first; ; step++) {
    await act(entries, writer, step);
    const note = new Uint32Array([writer, step]);
    writeSync(notes, new Uint8Array(note.buffer));
  }
}
