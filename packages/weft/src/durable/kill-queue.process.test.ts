import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';
import { killedRun } from './killed-run.fixture.ts';
import { notesIn } from './notes.fixture.ts';
import { BAD_REASON, BAD_TRIES_MAX, Job, kindOf, queueGrid } from './queued-work.fixture.ts';
import { generator } from './random.fixture.ts';

const CYCLES = process.env['WEFT_LONG'] === '1' ? 60 : 5;
/** A slow disk takes more of them until something of each kind has happened. */
const CYCLES_MAX = CYCLES + 40;
/** Jobs that a life may put into the queue. */
const IDS_OF_LIFE = 1_000_000;
const TEST_MS_MAX = 600_000;

/** What became of a job, as far as it was noted. */
interface Known {
  /** How often it was given to somebody. */
  given: number;
  /** How often that had an end that was acknowledged. */
  ended: number;
  /** Whether an end was under way when the process was killed. */
  mayHaveEnded: boolean;
}

test(
  'a queue whose process is killed at any moment loses no job, and none that is done is given again',
  async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'weft-kill-queue-'));
    const random = generator(20_261_124);
    const dataDir = join(scratch, 'data');
    const jobs = new Map<number, Known>();
    try {
      for (let cycle = 0; cycle < CYCLES || (cycle < CYCLES_MAX && !hasSeenAll(jobs)); cycle++) {
        const notes = join(scratch, `notes-${cycle}`);
        await killedRun('queue-worker.fixture.ts', [dataDir, notes, `${cycle * IDS_OF_LIFE}`, `${cycle}`], random);
        await follow(notes, jobs);
        await compare(dataDir, jobs);
      }
      expect(hasSeenAll(jobs)).toBe(true);
      await finish(dataDir, jobs);
    } finally {
      await rm(scratch, { recursive: true });
    }
  },
  TEST_MS_MAX,
);

/** Whether jobs of each kind have come to an end, and some of them in another life than that in which they were first given. */
function hasSeenAll(jobs: ReadonlyMap<number, Known>): boolean {
  const kinds = new Set([...jobs].flatMap(([id, { ended }]) => (ended > 0 ? [kindOf(id)] : [])));
  const isDead = [...jobs].some(([id, { ended }]) => kindOf(id) === 'bad' && ended === BAD_TRIES_MAX);
  return kinds.size === 3 && isDead && [...jobs.values()].some(({ given, ended }) => ended > 0 && given > ended);
}

/** What a life noted. */
async function follow(path: string, jobs: Map<number, Known>): Promise<void> {
  const heldIn = new Set<number>();
  for (const [what, id, tries] of await notesIn(path)) {
    const job = jobs.get(id!) ?? { given: 0, ended: 0, mayHaveEnded: false };
    jobs.set(id!, job);
    if (what === 'given') {
      expect(isOver(id!, job.ended), `job ${id} was over and is given again`).toBe(false);
      expect(heldIn.has(id!), `job ${id} is given while somebody holds it`).toBe(false);
      heldIn.add(id!);
      job.mayHaveEnded = false;
      // A try is recorded before it is given: it may have been the last thing that a process did.
      expect(tries).toBeGreaterThan(job.given);
      job.given = tries!;
    } else if (what === 'ending') {
      job.mayHaveEnded = true;
      heldIn.delete(id!);
    } else if (what === 'ended') {
      job.mayHaveEnded = false;
      job.ended++;
    } else expect(what).toBe('put');
  }
}

/** Whether a job that ended so often is given to nobody any more. */
function isOver(id: number, ended: number): boolean {
  return ended >= (kindOf(id) === 'bad' ? BAD_TRIES_MAX : 1);
}

/** Opens what the process left: every job is there but those that are done, dead letters are what they were, and what is delayed is hidden. */
async function compare(dataDir: string, jobs: ReadonlyMap<number, Known>): Promise<void> {
  await using grid = await createGrid({ ...queueGrid, dataDir });
  const space = grid.space(Job);
  const there = new Set((await space.find()).map(({ id }) => id));
  const dead = new Map((await space.deadLetters()).map((letter) => [letter.row.id, letter]));
  for (const [id, { ended, mayHaveEnded, given }] of jobs) {
    const isGood = kindOf(id) === 'good';
    if (!isGood || ended === 0) expect(there.has(id) || (isGood && mayHaveEnded), `job ${id} is lost`).toBe(true);
    else expect(there.has(id), `job ${id} is done`).toBe(false);
    const letter = dead.get(id);
    if (kindOf(id) === 'bad' && ended >= BAD_TRIES_MAX)
      expect(letter).toMatchObject({ tries: BAD_TRIES_MAX, reason: BAD_REASON });
    else if (letter !== undefined) {
      expect(kindOf(id)).toBe('bad');
      expect(letter.tries).toBeGreaterThanOrEqual(given);
    }
  }
}

/** Whoever comes last is given what is left, each once. */
async function finish(dataDir: string, jobs: ReadonlyMap<number, Known>): Promise<void> {
  await using grid = await createGrid({ ...queueGrid, dataDir });
  const space = grid.space(Job);
  const left = (await space.find({ kind: 'good' })).map(({ id }) => id);
  const given: number[] = [];
  const consumer = space.consume({ kind: 'good' }, { maxTries: 1000 });
  while (given.length < left.length) {
    const job = (await consumer.next()).value!;
    expect(job.tries).toBeGreaterThan(jobs.get(job.row.id)?.given ?? 0);
    given.push(job.row.id);
    await job.ack();
  }
  await consumer.return!();
  expect(given.toSorted((a, b) => a - b)).toEqual(left.toSorted((a, b) => a - b));
  expect(await space.count({ kind: 'good' })).toBe(0);
  const late = [...jobs].filter(([id, { ended }]) => kindOf(id) === 'late' && ended > 0);
  for (const [id] of late) expect(await space.take({ id }), `job ${id} is not due yet`).toBeUndefined();
}
