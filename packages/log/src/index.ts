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
  type RecordHeader,
  type RecordParts,
  type RemovalReason,
  type SessionPart,
  type TransactionPart,
  type WorkState,
} from './record/record.ts';
export { lengthOfRecord, readRecord } from './record/read-record.ts';
export { DamagedRecord, RecordReader } from './record/record-reader.ts';
export { RecordBytes } from './record/record-bytes.ts';
export { RowImage } from './record/row-image.ts';
export { TypeNumbers, type NumberedType } from './record/type-numbers.ts';
export type { RowChange } from './record/write-record.ts';
export { RecordRing, RingReader, type RingPlace } from './ring/record-ring.ts';
