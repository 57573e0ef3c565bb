export { CommitQueue } from './commit/commit-queue.ts';
export { HybridClock } from './hybrid-clock.ts';
export { PartitionLog, RETAIN_BYTES_DEFAULT, type PartitionLogOptions } from './partition-log.ts';
export {
  HEADER_BYTES,
  RECORD_BYTES_MAX,
  RECORD_FORMAT,
  type Declaration,
  type Effect,
  type HybridTime,
  type LogRecord,
  type RecordedAnswer,
  type RecordHeader,
  type RecordParts,
  type RemovalReason,
  type SessionPart,
  type TransactionPart,
  type WorkState,
  type WorkStateName,
} from './record/record.ts';
export { effectsOfRecord, firstLsnOfRecord, partitionOfRecord } from './record/record-head.ts';
export { lengthOfRecord, readRecord, readRecordBy } from './record/read-record.ts';
export { DamagedRecord, RecordReader } from './record/record-reader.ts';
export { RecordBytes, VARINT_BYTES_MAX } from './record/record-bytes.ts';
export { damaged as journalDamaged, damagedRecord, openingFault } from './journal/faults.ts';
export { Journal, JOURNAL_DIRECTORY, SEGMENT_BYTES_DEFAULT, type JournalOptions } from './journal/journal.ts';
export { JournalScan, readSegments, type JournalEnd, type JournalFrame } from './journal/journal-scan.ts';
export {
  DISK_FULL_RETRY_MS,
  JOURNAL_BYTES_AHEAD_MAX,
  JOURNAL_BYTES_IN_FLIGHT_MAX,
  SYNC_BYTES_MAX,
  SYNC_DELAY_MS,
  type JournalLevel,
} from './journal/journal-writer.ts';
export type { Positions, Segment } from './journal/segment.ts';
export { valueCodeOf, type ValueCode } from './record/value-code.ts';
export { PartImage } from './record/part-image.ts';
export { RowImage } from './record/row-image.ts';
export { TypeNumbers, type NumberedType } from './record/type-numbers.ts';
export type { RowChange } from './record/write-record.ts';
export { RecordRing, RingReader, type RingPlace } from './ring/record-ring.ts';
export { ChangeHub, GROUPS_OF_TYPE_MAX, SUBSCRIBERS_MAX, type ChangeHubParts } from './readers/change-hub.ts';
export { GroupPositions } from './readers/group-positions.ts';
export { JournalRecords } from './readers/journal-records.ts';
export type { OlderReader, OlderRecords } from './readers/older-records.ts';
export { FEED_LAG_BYTES_MAX } from './readers/partition-feed.ts';
export { BLOCK_MS_MAX } from './readers/pressure.ts';
export { SUBSCRIBER_BYTES_MAX } from './readers/subscriber-errors.ts';
