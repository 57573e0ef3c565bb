import type { Clock } from '@weft/base';
import type { Arena, TypeSchema } from '@weft/data';
import { PartitionLog, TypeNumbers, type Declaration } from '@weft/log';
import { AnswerWindow, IDEMPOTENCY_MEMORY_PERCENT } from '../idempotency/answer-window.ts';
import { besideAnswers } from '../stored/beside-answers.ts';
import { besideGroups } from '../stored/beside-groups.ts';
import type { BesideRows } from '../stored/beside-rows.ts';
import { besideWork } from '../stored/beside-work.ts';
import type { PartitionCut } from '../stored/partition-cut.ts';
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
  /** What calls with an idempotency id were answered. */
  readonly answers: AnswerWindow;
  readonly #context: TableContext;
  readonly #ports = new Map<string, TablePort>();
  readonly #beside = new Map<string, BesideRows>();
  readonly #broughtBeside = new Map<string, readonly unknown[]>();

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
    const { governor } = arena;
    this.answers = new AnswerWindow(clock, {
      meter: (bytes) => governor.addOutside(bytes),
      bytesMax: () => (governor.limitBytes * IDEMPOTENCY_MEMORY_PERCENT) / 100 / partitions,
    });
    this.#context = {
      arena,
      clock,
      partitions,
      pinnedBytesMax,
      log,
      host,
    };
    this.keepBeside('groups', besideGroups(log));
    this.keepBeside('work', besideWork(this.#ports));
    this.keepBeside('answers', besideAnswers(this.answers));
  }

  /** The table of a type, created when it is first asked for. */
  port(schema: TypeSchema): TablePort {
    const known = this.#ports.get(schema.name);
    if (known !== undefined) return known;
    const port = new TablePort(this.number, schema, this.#context, this.answers);
    this.#ports.set(schema.name, port);
    this.log.declare(schema);
    return port;
  }

  /** From here on the log keeps what changes. */
  turnLogOn(): void {
    this.log.turnOn([...this.#ports.values()].map(({ schema }) => schema));
  }

  /** Names something that is kept beside rows and must be in snapshots. What a snapshot brought of it is handed over at once. */
  keepBeside(name: string, keeper: BesideRows): void {
    this.#beside.set(name, keeper);
    const pieces = this.#broughtBeside.get(name);
    this.#broughtBeside.delete(name);
    if (pieces !== undefined) keeper.restore(pieces);
  }

  /** What a snapshot brings of it: kept until somebody wants it, and part of snapshots until then. */
  bringBeside(name: string, pieces: readonly unknown[]): void {
    const keeper = this.#beside.get(name);
    if (keeper !== undefined) keeper.restore(pieces);
    else this.#broughtBeside.set(name, [...(this.#broughtBeside.get(name) ?? []), ...pieces]);
  }

  /** Everything of the partition as it is in this turn, to be written elsewhere. Its snapshots are to be released. */
  cut(): PartitionCut {
    const beside = new Map<string, Iterable<readonly unknown[]>>();
    for (const [name, pieces] of this.#broughtBeside) beside.set(name, [pieces]);
    for (const [name, keeper] of this.#beside) beside.set(name, keeper.image());
    return {
      partition: this.number,
      lsn: this.log.lsn,
      hlc: this.log.hlc,
      declarations: this.#declarations(),
      tables: [...this.#ports.values()].flatMap((port) => port.cut() ?? []),
      beside,
    };
  }

  /** All types: those of the log, and as long as that is off those that it would begin with. */
  #declarations(): Declaration[] {
    const types = new TypeNumbers();
    for (const declaration of this.log.types.all()) types.adopt(declaration);
    for (const { schema } of this.#ports.values()) if (!types.isCurrent(schema)) types.add(schema);
    return types.all().map(({ image: _, ...declaration }) => declaration);
  }

  /** Takes all snapshots from their readers. */
  close(): void {
    for (const port of this.#ports.values()) port.close();
  }
}
