import type { Clock } from '@weft/base';
import type { Arena, TypeSchema } from '@weft/data';
import { PartitionLog } from '@weft/log';
import type { QueueHost, TableContext } from '../table/table-context.ts';
import { TablePort } from './table-port.ts';

export interface PartitionOptions {
  readonly number: number;
  /** How many there are in the grid; 1 unless said otherwise. */
  readonly partitions?: number;
  /** Shared by the partitions of one host. */
  readonly arena: Arena;
  readonly clock: Clock;
  /** Of this partition; one that keeps nothing unless given. */
  readonly log?: PartitionLog;
  /** Timers and turns, which work queues need; without, a type cannot be used as one. */
  readonly host?: QueueHost;
  /** Bytes that snapshots of one table may keep from reuse; past it the oldest reader gets SNAPSHOT_TOO_OLD. */
  readonly pinnedBytesMax?: number;
}

export const PINNED_BYTES_MAX_DEFAULT = 256 << 20;

/** The tables of one partition. All its methods and those of its tables belong to one thread. */
export class Partition {
  readonly number: number;
  readonly log: PartitionLog;
  readonly #context: TableContext;
  readonly #ports = new Map<string, TablePort>();

  constructor({
    number,
    partitions = 1,
    arena,
    clock,
    pinnedBytesMax = PINNED_BYTES_MAX_DEFAULT,
    log = new PartitionLog({ partition: number, clock }),
    host,
  }: PartitionOptions) {
    this.number = number;
    this.log = log;
    this.#context = {
      arena,
      clock,
      partitions,
      pinnedBytesMax,
      log,
      host,
    };
  }

  /** The table of a type, created when it is first asked for. */
  port(schema: TypeSchema): TablePort {
    const known = this.#ports.get(schema.name);
    if (known !== undefined) return known;
    const port = new TablePort(this.number, schema, this.#context);
    this.#ports.set(schema.name, port);
    this.log.declare(schema);
    return port;
  }

  /** From here on the log keeps what changes. */
  turnLogOn(): void {
    this.log.turnOn([...this.#ports.values()].map(({ schema }) => schema));
  }

  /** Takes all snapshots from their readers. */
  close(): void {
    for (const port of this.#ports.values()) port.close();
  }
}
