/** Test help: a partition whose clock, timers and turns a test moves by hand, and a type whose rows are work. */
import {
  Arena,
  defineType,
  finish,
  Governor,
  KeyCode,
  resolveWhere,
  rowCodeOf,
  t,
  type AnyType,
  type Holding,
  type Seeker,
  type Seeking,
} from '@weft/data';
import { PartitionLog } from '@weft/log';
import { Partition } from '../partition/partition.ts';
import type { TablePort } from '../partition/table-port.ts';

export const Job = defineType(
  'Job',
  { id: t.int32(), account: t.string().optional(), status: t.string(), note: t.string().optional() },
  { key: 'id' },
);

export interface TestTime {
  ms: number;
  /** Timers that are set. */
  readonly timers: number;
  /** Lets time pass, fires what is due and lets queues run. */
  pass(ms: number): Promise<void>;
}

export interface TestQueue {
  readonly port: TablePort;
  readonly log: PartitionLog;
  readonly time: TestTime;
  put(row: object): void;
  drop(id: unknown): boolean;
  take(where?: object): Record<string, unknown> | undefined;
  /** Waits for rows as a consumer does, with so much credit. */
  worker(options?: Partial<Seeking> & { readonly match?: object; readonly credit?: number }): Worker;
}

export interface Worker {
  credit: number;
  readonly seeker: Seeker;
  readonly got: { readonly row: Record<string, unknown>; readonly holding: Holding | undefined }[];
  readonly lost: Holding[];
  readonly died: { readonly id: unknown; readonly reason: string }[];
}

const SETTLED_AFTER = 60;

/** Lets what was put off run: as many microtasks as any queue needs. */
export async function settle(): Promise<void> {
  for (let i = 0; i < SETTLED_AFTER; i++) await Promise.resolve();
}

function testTime(isOver: () => boolean = () => false): {
  readonly time: TestTime;
  readonly host: ConstructorParameters<typeof Partition>[0]['host'] & object;
} {
  const due = new Map<object, { readonly atMs: number; readonly callback: () => void }>();
  const time: TestTime = {
    ms: 1_700_000_000_000,
    get timers() {
      return due.size;
    },
    async pass(ms) {
      const end = time.ms + ms;
      await settle();
      for (;;) {
        const next = [...due].sort(([, a], [, b]) => a.atMs - b.atMs)[0];
        if (next === undefined || next[1].atMs > end) break;
        due.delete(next[0]);
        time.ms = Math.max(time.ms, next[1].atMs);
        next[1].callback();
        await settle();
      }
      time.ms = end;
      await settle();
    },
  };
  const host = {
    timers: {
      after(delayMs: number, callback: () => void) {
        const id = {};
        due.set(id, { atMs: time.ms + delayMs, callback });
        return () => void due.delete(id);
      },
    },
    turns: { elapsedMs: () => (isOver() ? 9 : 0), next: () => Promise.resolve() },
  };
  return { time, host };
}

export function testQueue(
  type: AnyType = Job,
  { isLogged = false, isOver }: { readonly isLogged?: boolean; readonly isOver?: () => boolean } = {},
): TestQueue {
  const { time, host } = testTime(isOver);
  const clock = { monotonicMs: () => time.ms, wallMs: () => time.ms };
  const arena = new Arena({ segmentBytes: 1 << 24, governor: new Governor() });
  const log = new PartitionLog({ partition: 0, clock, isOn: isLogged });
  const partition = new Partition({ number: 0, arena, clock, log, host });
  const port = partition.port(type.schema);
  const keyCode = new KeyCode(type.schema);
  return {
    port,
    log,
    time,
    put(row) {
      const values: unknown[] = [];
      rowCodeOf(type.schema).stage(row, values);
      port.write(values, keyCode.slotOfRouting(values[type.schema.routing]), 'replace');
    },
    drop: (id) => port.delete(id),
    take: (where) => finish(port.queue.take(resolveWhere(type, where))) as Record<string, unknown> | undefined,
    worker: (options = {}) => startWorker(type, port, options),
  };
}

function startWorker(
  type: AnyType,
  port: TablePort,
  { match, credit = 1, ...options }: Partial<Seeking> & { readonly match?: object; readonly credit?: number },
): Worker {
  const worker: { -readonly [K in keyof Worker]: Worker[K] } = {
    credit,
    got: [],
    lost: [],
    died: [],
    seeker: undefined as never,
  };
  worker.seeker = port.queue.seek({
    kind: 'lease',
    where: resolveWhere(type, match),
    leaseMs: 30_000,
    wanted: () => worker.credit,
    give(row, holding) {
      worker.credit--;
      worker.got.push({ row: row as Record<string, unknown>, holding });
      holding?.handOut();
    },
    lost: (holding) => void worker.lost.push(holding),
    died: ({ row, reason }) => void worker.died.push({ id: (row as { id: unknown }).id, reason }),
    fail(error) {
      throw error;
    },
    restart: () => undefined,
    ...options,
  });
  return worker;
}
