export { Partition, PINNED_BYTES_MAX_DEFAULT, type PartitionOptions } from './partition/partition.ts';
export { TablePort, type Run } from './partition/table-port.ts';
export { newCounters, type ScanCounters } from './query/counters.ts';
export { finish, WHOLE, type RowWork, type Slice, type Work } from './query/work.ts';
export type { TableSnapshot, TableView } from './snapshot/table-snapshot.ts';
export type { Table } from './table/table.ts';
