/** Test help: a journal over a false disk, with a clock that the test moves, and logs whose records are single rows. */
import { crc32, FalseDisk, type Random, type Timers } from '@weft/base';
import { defineType, t, type RowValues } from '@weft/data';
import { insertRow, testLog } from '../log.fixture.ts';
import type { PartitionLog } from '../partition-log.ts';
import { readRecord } from '../record/read-record.ts';
import { TypeNumbers } from '../record/type-numbers.ts';
import { Journal, type JournalOptions } from './journal.ts';
import type { JournalFrame } from './journal-scan.ts';
import type { Positions } from './segment.ts';

export const Item = defineType('Item', { id: t.int32(), note: t.string() }, { key: 'id' });

/** A generator of random bits that a number decides: mulberry32 of Tommy Ettinger. */
export function randomOf(seed: number): Random {
  let state = seed;
  return {
    uint32() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return (mixed ^ (mixed >>> 14)) >>> 0;
    },
  };
}

/** Timers that fire when the test says that time has passed. */
export class FalseTimers implements Timers {
  nowMs = 0;
  #waiting: { readonly atMs: number; readonly callback: () => void }[] = [];

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.nowMs + delayMs, callback };
    this.#waiting.push(timer);
    return () => (this.#waiting = this.#waiting.filter((each) => each !== timer));
  }

  pass(ms: number): void {
    this.nowMs += ms;
    const due = this.#waiting.filter(({ atMs }) => atMs <= this.nowMs);
    this.#waiting = this.#waiting.filter((each) => !due.includes(each));
    for (const { callback } of due) callback();
  }

  get count(): number {
    return this.#waiting.length;
  }
}

export interface OpenJournal {
  readonly journal: Journal;
  readonly disk: FalseDisk;
  readonly timers: FalseTimers;
  readonly logs: readonly PartitionLog[];
  /** What was in the journal: partition and id of each row. */
  readonly found: readonly string[];
  /** Says that a row came; its name as in `found`. */
  insert(partition: number, id: number, note?: string): string;
  /** What a journal of this disk would find now. */
  read(): Promise<string[]>;
}

/** Opens the journal of a disk, reads it, and starts it with so many logs. */
export async function openJournal(
  disk = new FalseDisk(),
  options: Partial<JournalOptions> & { readonly partitions?: number; readonly from?: Positions } = {},
): Promise<OpenJournal> {
  const { partitions = 2, from = [], ...others } = options;
  const timers = new FalseTimers();
  const journal = await Journal.open({
    disk,
    level: 'sync',
    checksum: crc32,
    random: randomOf(1),
    timers,
    soon: (callback) => queueMicrotask(callback),
    readyBytes: 0,
    ...others,
  });
  const logs = Array.from({ length: partitions }, (_, partition) => testLog({ partition, isOn: false }).log);
  for (const log of logs) {
    const lsn = from[log.partition] ?? 0;
    log.resumeAt(lsn);
    // A snapshot knows the types of its rows.
    if (lsn > 0) log.types.adopt({ number: 0, version: 0, schema: Item.schema });
  }
  const found = await readFrames(journal.frames(from), logs);
  await journal.start(logs);
  for (const log of logs) log.turnOn([]);
  return {
    journal,
    disk,
    timers,
    logs,
    found,
    insert: (partition, id, note = '') => {
      insertRow(logs[partition]!, Item, rowOf(id, note, logs[partition]!.lsn + 1));
      return nameOf(partition, id);
    },
    read: async () => {
      const copy = FalseDisk.of(disk.files());
      const found = await openFound(copy);
      return found;
    },
  };
}

/** What a journal of this disk holds. */
export async function openFound(disk: FalseDisk): Promise<string[]> {
  const timers = new FalseTimers();
  const soon = (callback: () => void): void => queueMicrotask(callback);
  const journal = await Journal.open({ disk, level: 'sync', checksum: crc32, random: randomOf(1), timers, soon });
  return readFrames(journal.frames(), []);
}

/** The rows of frames, in order. Logs take their positions and types from them. */
async function readFrames(frames: AsyncIterable<JournalFrame>, logs: readonly PartitionLog[]): Promise<string[]> {
  const found: string[] = [];
  const types: TypeNumbers[] = logs.map((log) => log.types);
  for await (const { bytes, start, end } of frames) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let at = start; at < end; at += view.getUint32(at, true)) {
      const partition = view.getUint16(at + 12, true);
      const record = readRecord(bytes, at, at + view.getUint32(at, true), (types[partition] ??= new TypeNumbers()));
      if (record.lsn > (logs[partition]?.lsn ?? Infinity)) logs[partition]!.resumeAt(record.lsn);
      if (record.kind === 'declaration') {
        if (!types[partition].isCurrent(Item.schema)) types[partition].adopt(record.declaration);
      } else
        for (const effect of record.effects)
          if (effect.op === 'insert') found.push(nameOf(partition, effect.after[0] as number));
    }
  }
  return found;
}

export function nameOf(partition: number, id: number): string {
  return `${partition}/${id}`;
}

function rowOf(id: number, note: string, lsn: number): RowValues {
  const values: RowValues = [];
  for (const { name, role, ordinal } of Item.schema.columns)
    values[ordinal] =
      name === 'id' ? id : name === 'note' ? note : role === 'lsn' ? lsn : role === 'slot' ? 7 : undefined;
  return values;
}

/** Lets all that is under way over a false disk go on until it waits for time. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 1500; i++) await undefined;
}
