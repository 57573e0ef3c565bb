import { WeftError, type Turns } from '@weft/base';
import { TurnSlice } from '@weft/client';
import type { Work } from '@weft/data';
import { DamagedRecord, lengthOfRecord, readRecordBy, RecordReader, type Journal, type JournalFrame } from '@weft/log';
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

/** Offset of the partition in a record. */
const PARTITION_AT = 12;
/** And of its lsn. What a snapshot has is passed over by it. */
const LSN_AT = 16;

/**
 * Makes everything again that a journal tells of, then reads all rows to see that they are what it says. The event loop turns meanwhile.
 * Throws JOURNAL_DAMAGED, CHECKSUM_MISMATCH, MEMORY_LIMIT.
 */
export async function recoverPartitions(parts: RecoveryParts): Promise<void> {
  const { journal, from, partitions, turns, meter, listenerOf = listenerTo } = parts;
  const slice = new TurnSlice(turns);
  const replays = partitions.map((partition) => new PartitionReplay(partition, listenerOf(partition)));
  for (const [number, { lsn, hlc }] of from?.entries() ?? []) replays[number]!.begin(lsn, hlc);
  const drive = async (work: Work<void>): Promise<void> => {
    while (work.next().done !== true) await turns.next();
  };
  for await (const frame of journal.frames(from?.map(({ lsn }) => lsn))) {
    try {
      const reader = new RecordReader(frame.bytes);
      for (let at = frame.start; at < frame.end;) {
        const end = at + lengthOfRecord(frame.bytes, at);
        const replay = replayAt(frame, at, replays);
        if (lsnAt(frame.bytes, at) > replay.lsn) {
          const record = readRecordBy(reader, at, end, partitions[partitionAt(frame.bytes, at)]!.log.types);
          const work = replay.apply(record, slice);
          while (work.next().done !== true) await turns.next();
          meter.changes += record.kind === 'effects' ? record.effects.length : 0;
        }
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
  for (const replay of replays) {
    meter.tick('check');
    await drive(replay.verify(slice));
  }
  for (const replay of replays) replay.end();
}

/** What work queues keep of rows goes to them. */
function listenerTo(partition: Partition): RecordListener {
  return { onWork: (effect) => partition.port(effect.schema).queue.restore(effect.key, effect) };
}

function replayAt(frame: JournalFrame, at: number, replays: readonly PartitionReplay[]): PartitionReplay {
  const number = partitionAt(frame.bytes, at);
  const replay = replays[number];
  if (replay === undefined) throw damaged(frame, `a record is of partition ${number}, of ${replays.length}`);
  return replay;
}

function partitionAt(bytes: Uint8Array, at: number): number {
  return bytes[at + PARTITION_AT]! | (bytes[at + PARTITION_AT + 1]! << 8);
}

/** Of the record's first effect. */
function lsnAt(bytes: Uint8Array, at: number): number {
  return uint32At(bytes, at + LSN_AT) + uint32At(bytes, at + LSN_AT + 4) * 2 ** 32;
}

function uint32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** A record that does not read as one, or does not follow from those before, though its checksum is right. */
function asDamage(error: unknown, frame: JournalFrame): unknown {
  return error instanceof DamagedRecord ? damaged(frame, error.message, error) : error;
}

function damaged({ segment, at }: JournalFrame, what: string, cause?: unknown): WeftError<'JOURNAL_DAMAGED'> {
  return new WeftError('JOURNAL_DAMAGED', `The journal is damaged: ${segment.place} at byte ${at}: ${what}.`, {
    details: { file: segment.place, offset: at },
    ...(cause === undefined ? {} : { cause }),
  });
}
