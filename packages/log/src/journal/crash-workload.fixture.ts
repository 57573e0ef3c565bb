/** Test help: journals under random work over a false disk, and what must be found after a crash. */
import { crc32, FalseDisk, type Random } from '@weft/base';
import { FRAME_KINDS, frameHead, FRAME_HEADER_BYTES } from './frame.ts';
import { Journal } from './journal.ts';
import { DISK_FULL_RETRY_MS, type JournalLevel } from './journal-writer.ts';
import { FalseTimers, openJournal, randomOf, settle, type OpenJournal } from './journal.fixture.ts';
import type { Positions } from './segment.ts';
import { FRAMES_AT } from './segment-header.ts';

/** What was promised when something was noted among the steps of a disk. */
export interface Promised {
  /** By partition: all up to this lsn was acknowledged as durable. */
  readonly acknowledged: readonly number[];
  /** Up to which positions a snapshot was said to hold everything. */
  readonly truncated: Positions;
}

export interface Workload {
  readonly disk: FalseDisk;
  /** All records in the order in which they were written, as partition:lsn:checksum. */
  readonly order: readonly string[];
}

/** A journal that is opened, written to and closed some times, over a disk that may have files already. */
export async function randomWork(
  random: Random,
  disk = new FalseDisk(),
  rounds = 1 + below(random, 3),
): Promise<Workload> {
  const level: JournalLevel = below(random, 2) === 0 ? 'sync' : 'async';
  const readyBytes = below(random, 2) * (1000 + below(random, 20_000));
  const segmentBytes = 2000 + below(random, 20_000);
  const syncLatency = 1 + below(random, 80);
  disk.latency = (operation) => (operation === 'sync' ? syncLatency : 1);
  for (let round = 0; round < rounds; round++) await work(random, disk, { level, segmentBytes, readyBytes });
  return { disk, order: orderOf(disk) };
}

async function work(random: Random, disk: FalseDisk, options: WorkOptions): Promise<void> {
  const truncated = promisedIn(disk).truncated;
  const open = await openJournal(disk, { ...options, partitions: 2, from: truncated });
  const promise = promises(open, options.level, truncated);
  const steps = 3 + below(random, 12);
  for (let i = 0; i < steps && open.journal.failure === undefined; i++) await step(random, open, promise);
  if (below(random, 3) > 0 && open.journal.failure === undefined) await open.journal.close();
  else await settle();
}

interface WorkOptions {
  readonly level: JournalLevel;
  readonly segmentBytes: number;
  readonly readyBytes: number;
}

interface Promises {
  flushed(lsns: readonly number[]): void;
  /** There is a snapshot of these positions, or of later ones where there was one: which. */
  truncated(positions: Positions): Positions;
}

/** Notes on the disk what is promised, when it is. */
function promises({ disk, logs }: OpenJournal, level: JournalLevel, before: Positions): Promises {
  const acknowledged = logs.map((log) => log.lsn);
  let truncated = before;
  const note = (): void => disk.mark({ acknowledged: [...acknowledged], truncated } satisfies Promised);
  const reach = (partition: number, lsn: number): void => {
    acknowledged[partition] = Math.max(acknowledged[partition]!, lsn);
    note();
  };
  note();
  if (level === 'sync') for (const [i, log] of logs.entries()) log.commits.onCommit((lsn) => reach(i, lsn));
  return {
    flushed: (lsns) => {
      for (const [i, lsn] of lsns.entries()) reach(i, lsn);
    },
    truncated: (positions) => {
      truncated = positions.map((lsn, i) => Math.max(lsn, truncated[i] ?? 0));
      note();
      return truncated;
    },
  };
}

async function step(random: Random, open: OpenJournal, promise: Promises): Promise<void> {
  const { journal, logs, timers } = open;
  const kind = below(random, 12);
  if (kind === 0) {
    const lsns = logs.map((log) => log.lsn);
    const flushed = journal.flush().then(
      () => promise.flushed(lsns),
      () => undefined,
    );
    // What comes meanwhile is not part of it.
    if (below(random, 2) === 0) await flushed;
  } else if (kind === 1) timers.pass(below(random, 2) * 30 + 25);
  else if (kind === 2) await settle();
  else if (kind === 3) {
    // A snapshot of what is durable.
    await journal.flush();
    promise.flushed(logs.map((log) => log.lsn));
    const positions = logs.map((log) => Math.max(0, log.lsn - below(random, 4)));
    await journal.truncateBefore(promise.truncated(positions));
  } else if (kind === 4) {
    // The disk has no space for a while.
    open.disk.capacityBytes = sizeOf(open.disk) + below(random, 2000);
    insertSome(random, open);
    await settle();
    open.disk.capacityBytes = Infinity;
    timers.pass(DISK_FULL_RETRY_MS);
    await settle();
  } else if (kind === 5 && below(random, 4) === 0) {
    // The disk could not sync: nothing more is written in this life.
    open.disk.fault = (operation) => (operation === 'sync' ? 'failed' : undefined);
    insertSome(random, open);
    timers.pass(60);
    await settle();
    open.disk.fault = () => undefined;
  } else {
    insertSome(random, open);
    for (let i = below(random, 40); i > 0; i--) await undefined;
  }
}

function insertSome(random: Random, { logs, insert }: OpenJournal): void {
  const rows = 1 + below(random, 4);
  const length = below(random, 2) === 0 ? 20 : 900;
  for (let i = 0; i < rows; i++)
    insert(below(random, logs.length), below(random, 1000), 'x'.repeat(below(random, length)));
}

function sizeOf(disk: FalseDisk): number {
  return [...disk.files().values()].reduce((sum, { length }) => sum + length, 0);
}

/** The last promise among the steps of a disk. */
function promisedIn({ steps }: FalseDisk): Promised {
  const last = steps.findLast(({ op }) => op === 'mark');
  return last?.op === 'mark' ? (last.value as Promised) : { acknowledged: [], truncated: [] };
}

/** The records of all frames that were written to a disk, in order; a frame that was written again counts once. */
function orderOf({ steps }: FalseDisk): string[] {
  const order = new Set<string>();
  for (const step of steps)
    if (step.op === 'write' && step.at >= FRAMES_AT) for (const name of framesIn(step.bytes)) order.add(name);
  return [...order];
}

function* framesIn(bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const head = frameHead(bytes, at);
    // What did not fit on the disk is written again as a whole.
    if (head === undefined || at + head.length > bytes.length) return;
    if (head.kind === FRAME_KINDS.records) yield* recordsIn(bytes, at + FRAME_HEADER_BYTES, head.records);
    at += head.length;
  }
}

function* recordsIn(bytes: Uint8Array, from: number, count: number): Generator<string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = from;
  for (let i = 0; i < count; i++) {
    const end = at + view.getUint32(at, true);
    yield `${view.getUint16(at + 12, true)}:${view.getUint32(at + 16, true)}:${crc32(bytes, at + 8, end)}`;
    at = end;
  }
}

/** The records that a journal of this disk holds, as partition:lsn:checksum. */
export async function recordsOn(disk: FalseDisk, from: Positions): Promise<string[]> {
  const timers = new FalseTimers();
  const soon = (callback: () => void): void => queueMicrotask(callback);
  const journal = await Journal.open({ disk, level: 'sync', checksum: crc32, random: randomOf(1), timers, soon });
  const found: string[] = [];
  for await (const { bytes, start, head } of journal.frames(from)) found.push(...recordsIn(bytes, start, head.records));
  return found;
}

/**
 * What is wrong with what was found after a crash: it must be a run of the records in the order in which they were written, from one that the
 * snapshot makes the first needed or an earlier one, with all that were acknowledged.
 */
export function faultOf(found: readonly string[], order: readonly string[], promised: Promised): string | undefined {
  const first = found.length === 0 ? 0 : order.indexOf(found[0]!);
  const stray = found.findIndex((name, i) => name !== order[first + i]);
  if (first < 0 || stray >= 0) return `record ${found[Math.max(stray, 0)]} is not the next one`;
  const hole = order.slice(0, first).find((name) => isNeeded(name, promised));
  if (hole !== undefined) return `record ${hole} is missing in front of others that are there`;
  const kept = new Set(found);
  const lost = order.find((name) => {
    const [partition, lsn] = placeOf(name);
    return isNeeded(name, promised) && lsn <= (promised.acknowledged[partition] ?? 0) && !kept.has(name);
  });
  return lost === undefined ? undefined : `record ${lost} was acknowledged and is lost`;
}

/** Whether no snapshot holds it. */
function isNeeded(name: string, { truncated }: Promised): boolean {
  const [partition, lsn] = placeOf(name);
  return lsn > (truncated[partition] ?? 0);
}

function placeOf(name: string): [partition: number, lsn: number] {
  return name.split(':').map(Number) as [number, number];
}

export function below(random: Random, bound: number): number {
  return random.uint32() % bound;
}
