import { WeftError, type Turns } from '@weft/base';
import { TurnSlice } from '@weft/client';
import type { Work } from '@weft/data';
import {
  DamagedRecord,
  effectsOfRecord,
  firstLsnOfRecord,
  JOURNAL_DIRECTORY,
  journalDamaged,
  lengthOfRecord,
  partitionOfRecord,
  readRecordBy,
  RecordReader,
  type Journal,
  type JournalFrame,
} from '@weft/log';
import { PartitionReplay, type Partition, type RecordListener, type StoredPartition } from '@weft/store';
import type { RecoveryMeter } from './recovery-progress.ts';

export interface RecoveryParts {
  readonly journal: Journal;
  /** What a snapshot has brought, by partition; undefined without one. */
  readonly from: readonly StoredPartition[] | undefined;
  readonly partitions: readonly Partition[];
  readonly turns: Turns;
  readonly meter: RecoveryMeter;
  /** Who keeps something beside the rows of a partition. */
  readonly listenerOf?: (partition: Partition) => RecordListener;
}

/**
 * Makes everything again that a journal tells of, then reads all rows to see that they are what it says. The event loop turns meanwhile.
 * Throws JOURNAL_DAMAGED, CHECKSUM_MISMATCH, MEMORY_LIMIT.
 */
export async function recoverPartitions(parts: RecoveryParts): Promise<void> {
  const { journal, from, partitions, turns, meter, listenerOf = listenerTo } = parts;
  const slice = new TurnSlice(turns);
  const replays = partitions.map((partition) => new PartitionReplay(partition, listenerOf(partition)));
  for (const [number, { lsn, hlc }] of from?.entries() ?? []) replays[number]!.begin(lsn, hlc);
  const reached = partitions.map((_, number) => journal.positions[number] ?? 0);
  const drive = async (work: Work<void>): Promise<void> => {
    while (work.next().done !== true) await turns.next();
  };
  for await (const frame of journal.frames(from?.map(({ lsn }) => lsn))) {
    try {
      const reader = new RecordReader(frame.bytes);
      for (let at = frame.start; at < frame.end;) {
        const end = at + lengthOfRecord(frame.bytes, at);
        const replay = replayAt(frame, at, replays);
        if (firstLsnOfRecord(frame.bytes, at) > replay.lsn) {
          const record = readRecordBy(reader, at, end, partitions[partitionOfRecord(frame.bytes, at)]!.log.types);
          const work = replay.apply(record, slice);
          while (work.next().done !== true) await turns.next();
          meter.changes += record.kind === 'effects' ? record.effects.length : 0;
        }
        reached[partitionOfRecord(frame.bytes, at)] = lastLsnOf(frame.bytes, at);
        at = end;
      }
      // What is wrong with a row that was added is said of the frame that it came in.
      for (const replay of replays) replay.flush();
    } catch (error) {
      throw asDamage(error, frame);
    }
    meter.bytes += frame.end - frame.start;
    meter.tick('read');
  }
  checkReached(from ?? [], reached);
  for (const replay of replays) {
    meter.tick('check');
    await drive(replay.verify(slice));
  }
  for (const replay of replays) replay.end();
}

/**
 * A snapshot counts once the journal is synced as far as it goes. A journal that has records of a partition and ends in front of that was
 * cut later. One without any is that of a grid which began with a restore.
 */
function checkReached(from: readonly StoredPartition[], reached: readonly number[]): void {
  for (const [number, { lsn }] of from.entries()) {
    const last = reached[number]!;
    if (last === 0 || last >= lsn) continue;
    throw new WeftError(
      'JOURNAL_DAMAGED',
      `The journal is damaged: it ends at lsn ${last} of partition ${number}, and the snapshot holds it up to ${lsn}: the end of it is missing.`,
      { details: { file: JOURNAL_DIRECTORY, offset: 0 } },
    );
  }
}

/** What work queues keep of rows goes to them. */
function listenerTo(partition: Partition): RecordListener {
  return { onWork: (effect) => partition.port(effect.schema).queue.restore(effect.key, effect) };
}

function replayAt(frame: JournalFrame, at: number, replays: readonly PartitionReplay[]): PartitionReplay {
  const number = partitionOfRecord(frame.bytes, at);
  const replay = replays[number];
  if (replay === undefined) throw damaged(frame, `a record is of partition ${number}, of ${replays.length}`);
  return replay;
}

/** One too many where the last of several effects is an answer. */
function lastLsnOf(bytes: Uint8Array, at: number): number {
  return firstLsnOfRecord(bytes, at) + Math.max(1, effectsOfRecord(bytes, at)) - 1;
}

/** A record that does not read as one, or does not follow from those before, though its checksum is right. */
function asDamage(error: unknown, frame: JournalFrame): unknown {
  return error instanceof DamagedRecord ? damaged(frame, error.message, error) : error;
}

function damaged({ segment, at }: JournalFrame, what: string, cause?: unknown): WeftError<'JOURNAL_DAMAGED'> {
  return journalDamaged(segment.place, at, what, cause);
}
