export { Partition, PINNED_BYTES_MAX_DEFAULT, type PartitionOptions } from './partition/partition.ts';
export { TablePort } from './partition/table-port.ts';
export {
  describeSnapshot,
  openSnapshot,
  type OpenedSnapshot,
  type SnapshotDescriptor,
} from './snapshot/snapshot-descriptor.ts';
export type { TableSnapshot, TableView } from './snapshot/table-snapshot.ts';
export type { Table } from './table/table.ts';
