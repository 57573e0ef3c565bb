/**
 * A process that puts jobs into a queue while several consumers work on them, until it is killed. Arguments: data directory, file of notes, id of its first
 * job, seed.
 */
import { openSync } from 'node:fs';
import type { Delivery } from '@weft/client';
import { createGrid } from '../create-grid.ts';
import { noteIn } from './notes.fixture.ts';
import { BAD_REASON, BAD_TRIES_MAX, Job, kindOf, queueGrid } from './queued-work.fixture.ts';
import { generator } from './random.fixture.ts';

const WORKERS = 4;

const [dataDir, notesPath, firstId, seed] = process.argv.slice(2) as [string, string, string, string];
const notes = openSync(notesPath, 'a');
const random = generator(Number(seed));
const grid = await createGrid({ ...queueGrid, dataDir, snapshotEvery: '64KiB' });
const jobs = grid.space(Job);
/** What somebody works on at this moment. */
const heldNow = new Set<number>();
process.stdout.write('ready\n');
await Promise.all([
  fill(Number(firstId)),
  ...Array.from({ length: WORKERS }, () => work('good', 1000)),
  work('bad', BAD_TRIES_MAX),
  work('late', 1000),
]);

async function fill(first: number): Promise<void> {
  for (let id = first; ; id++) {
    await jobs.write({ id, kind: kindOf(id) });
    noteIn(notes, 'put', id);
    if (id % 8 === 0) await someTurns();
  }
}

async function work(kind: 'good' | 'bad' | 'late', maxTries: number): Promise<void> {
  for await (const job of jobs.consume({ kind }, { prefetch: 3, maxTries })) {
    const { id } = job.row;
    noteIn(notes, heldNow.has(id) ? 'held twice' : 'given', id, job.tries);
    heldNow.add(id);
    await someTurns();
    await end(job, id, kind);
    heldNow.delete(id);
  }
}

/** What is noted first may have been recorded when the process was killed, what is noted last has been. */
async function end(job: Delivery<typeof Job>, id: number, kind: 'good' | 'bad' | 'late'): Promise<void> {
  noteIn(notes, 'ending', id);
  // Somebody else may get it as soon as that is recorded.
  heldNow.delete(id);
  if (kind === 'good') await job.ack();
  else if (kind === 'bad') await job.nack({ reason: BAD_REASON });
  else await job.nack({ delay: '1h' });
  noteIn(notes, 'ended', id, job.tries);
}

async function someTurns(): Promise<void> {
  for (let turns = random() * 4; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
}
