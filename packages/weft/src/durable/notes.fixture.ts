/** Test help: what a process notes until it is killed. */
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Something that happened, and the numbers of it. What is written stays written when the process is killed. */
export type Note = readonly [what: string, ...numbers: number[]];

export function noteIn(file: number, ...note: Note): void {
  writeSync(file, `${note.join(' ')}\n`);
}

/** All notes, in order; the last is left out where it was cut off. */
export async function notesIn(path: string): Promise<Note[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const [what, ...numbers] = line.split(' ');
    return [what!, ...numbers.map(Number)];
  });
}
