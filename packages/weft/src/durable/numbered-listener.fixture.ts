/**
 * A process that writes until it is killed, as `numbered-writer.fixture.ts`, while two members of a group hear of it and commit what they took.
 * Arguments: data directory, file of notes, steps that each writer has done, seed.
 */
import { openSync } from 'node:fs';
import { createGrid } from '../create-grid.ts';
import { noteIn } from './notes.fixture.ts';
import { generator } from './random.fixture.ts';
import { act, Entry, GROUP, numberedGrid, stepOf, WRITERS } from './numbered-work.fixture.ts';

const [dataDir, notesPath, steps, seed] = process.argv.slice(2) as [string, string, string, string];
const done = JSON.parse(steps) as number[];
const notes = openSync(notesPath, 'a');
const random = generator(Number(seed));
const grid = await createGrid({ ...numberedGrid, dataDir, snapshotEvery: '64KiB' });
const entries = grid.space(Entry);
// Both are there before the first of them takes anything.
const members = [0, 1].map(() => entries.subscribe(undefined, { group: GROUP, buffer: 16 }));
process.stdout.write('ready\n');
await Promise.all([
  ...members.map((member) => listen(member)),
  ...Array.from({ length: WRITERS }, (_, writer) => work(writer, done[writer]! + 1)),
]);

async function listen(member: (typeof members)[number]): Promise<void> {
  const heard = new Map<number, number>();
  for await (const event of member) {
    const { writer, step } = stepOf(event);
    heard.set(writer, step);
    noteIn(notes, 'heard', writer, step);
    if (random() > 0.1) continue;
    for (const [of, last] of heard) noteIn(notes, 'committing', of, last);
    await member.commit();
    for (const [of, last] of heard) noteIn(notes, 'committed', of, last);
  }
}

async function work(writer: number, first: number): Promise<void> {
  for (let step = first; ; step++) {
    await act(entries, writer, step);
    noteIn(notes, 'wrote', writer, step);
  }
}
