/** Test help: a thread that answers questions about snapshots which it is sent. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WasmMemory } from '@weft/base';
import { openSnapshot, type SnapshotDescriptor } from './snapshot-descriptor.ts';
import { checksum, groupsByKernel, groupsByRow, Trade } from './snapshot.fixture.ts';

const { segments } = workerData as { segments: readonly WasmMemory[] };

parentPort!.on('message', (descriptor: SnapshotDescriptor) => {
  const view = openSnapshot(descriptor, Trade.schema, segments);
  // Twice, with the host writing meanwhile: the pages must not move under the reader.
  const first = checksum(view);
  const groups = shown(groupsByKernel(view, view.arena));
  parentPort!.postMessage({ lsn: view.lsn, first, groups, naive: shown(groupsByRow(view)), second: checksum(view) });
});

function shown(groups: object[]): string {
  return JSON.stringify(groups, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
