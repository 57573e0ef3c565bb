import type { Clock } from '@weft/base';
import type { Arena, TypeSchema } from '@weft/data';
import type { TableContext } from '../table/table-context.ts';
import { TablePort } from './table-port.ts';

export interface PartitionOptions {
  readonly number: number;
  /** How many there are in the grid; 1 unless said otherwise. */
  readonly partitions?: number;
  /** Shared by the partitions of one host. */
  readonly arena: Arena;
  readonly clock: Clock;
  /** Bytes that snapshots of one table may keep from reuse; past it the oldest reader gets SNAPSHOT_TOO_OLD. */
  readonly pinnedBytesMax?: number;
}

export const PINNED_BYTES_MAX_DEFAULT = 256 << 20;

/** The tables of one partition. All its methods and those of its tables belong to one thread. */
export class Partition {
  readonly number: number;
  readonly #context: TableContext;
  readonly #ports = new Map<string, TablePort>();

  constructor({ number, partitions = 1, arena, clock, pinnedBytesMax = PINNED_BYTES_MAX_DEFAULT }: PartitionOptions) {
    this.number = number;
    let lsn = 0;
    this.#context = {
      arena,
      clock,
      partitions,
      pinnedBytesMax,
      get lsn() {
        return lsn;
      },
      nextLsn: (count = 1) => (lsn += count),
    };
  }

  /** The table of a type, created when it is first asked for. */
  port(schema: TypeSchema): TablePort {
    const known = this.#ports.get(schema.name);
    if (known !== undefined) return known;
    const port = new TablePort(this.number, schema, this.#context);
    this.#ports.set(schema.name, port);
    return port;
  }

  /** Takes all snapshots from their readers. */
  close(): void {
    for (const port of this.#ports.values()) port.close();
  }
}
