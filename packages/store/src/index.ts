export { AnswerWindow, type AnswerStats, type KeptAnswer } from './idempotency/answer-window.ts';
export { Partition, PINNED_BYTES_MAX_DEFAULT, type PartitionOptions } from './partition/partition.ts';
export { TablePort } from './partition/table-port.ts';
export { PartitionReplay, type RecordListener } from './replay/partition-replay.ts';
export { SlotDigests } from './replay/slot-digests.ts';
export { digestTable } from './replay/table-digests.ts';
export {
  describeSnapshot,
  openSnapshot,
  type OpenedSnapshot,
  type SnapshotDescriptor,
} from './snapshot/snapshot-descriptor.ts';
export type { TableSnapshot, TableView } from './snapshot/table-snapshot.ts';
export type { Table } from './table/table.ts';
export type { PageSource } from './stored/page-source.ts';
export { beginGroups } from './stored/restore-beside.ts';
export { restoreRows } from './stored/restore-rows.ts';
export { restoreTable, type RestorePace } from './stored/restore-table.ts';
export { cutOf, type TableCut } from './stored/table-cut.ts';
export type { StoredTable } from './stored/stored-table.ts';
export { keepJson, writeTable, type NamedBytes, type PageTarget, type PageWork } from './stored/write-table.ts';
export type { BesideRows } from './stored/beside-rows.ts';
export { GridCut } from './stored/grid-cut.ts';
export { type Manifest, type StoredPartition } from './stored/manifest.ts';
export { restorePartition } from './stored/restore-partition.ts';
export { SnapshotStore, type SnapshotPace, type SnapshotStoreParts } from './stored/snapshot-store.ts';
export { verifySnapshots, type DamagedFile, type SnapshotCheck } from './stored/verify-snapshots.ts';
