import { type ByteSize, parseByteSize, parseDuration, type Timers, WeftError } from '@weft/base';
import {
  type Agree,
  type AtomicAnswers,
  type AtomicOptions,
  type AtomicWrite,
  type AtomicWrites,
  asyncSpace,
  LocalVerbs,
  localSpace,
  Router,
  SpaceVerbs,
  type BackupReport,
  type CloseOptions,
  Call,
  evolveType,
  ExpirySweeper,
  type EvolutionReport,
  type Grid,
  type GridStats,
  type IdempotencyStats,
  HiddenKeys,
  type Host,
  type LocalSpace,
  type CallOptions,
  type Space,
  type Transaction,
  type TransactionOptions,
  Transactions,
  type AnswerThere,
  TurnSlice,
  type TypeStats,
  TypeVersions,
  UnderWay,
} from '@weft/client';
import {
  Arena,
  checkOptionNames,
  planEvolution,
  sumAccounts,
  sumCounts,
  type AnyType,
  type ArenaOptions,
  type Governor,
  type PartitionShare,
  type Source,
  type TypeSchema,
} from '@weft/data';
import { Partition } from '@weft/store';
import { writeBackup, type BackupDirectory } from './backup/backup-directory.ts';
import type { DataDirectory } from './durable/data-directory.ts';
import type { LogSettings } from './durable/durability-options.ts';
import { GridLog } from './durable/grid-log.ts';
import type { RecoveredType } from './durable/recovered-types.ts';
import { RecoveryMeter, type RecoveryProgress } from './durable/recovery-progress.ts';
import { nodeScope } from './host/node-scope.ts';
import { GridChanges } from './grid-changes.ts';
import { MEMORY_BYTES_MIN } from './host/memory-least.ts';
import { watchLimit } from './host/process-memory.ts';

export interface EmbeddedOptions {
  readonly host: Host;
  /** Of this grid. */
  readonly partitions: number;
  /** These among those of the space; all of them unless said otherwise. */
  readonly share?: PartitionShare;
  readonly pinnedBytesMax?: number;
  readonly arena: ArenaOptions & { readonly governor: Governor };
  readonly log: LogSettings;
  /** Follows the memory of machine or container until it is told to stop; that of this process unless said otherwise. */
  readonly watchMemory?: (timers: Timers) => () => void;
}

/** A grid in the caller's own thread: all partitions, reached without a network. */
export class EmbeddedGrid implements Grid {
  readonly #host: Host;
  readonly #share: PartitionShare;
  readonly #arena: Arena;
  readonly #log: GridLog;
  readonly #partitions: readonly Partition[];
  readonly #changes: GridChanges;
  readonly #types = new Map<string, TypeVersions<Handles>>();
  readonly #closing = new AbortController();
  readonly #lifetime = { isClosed: false };
  readonly #underWay = new UnderWay();
  readonly #sweeper: ExpirySweeper;
  readonly #stopWatch: () => void;
  readonly #transactions: Transactions;

  constructor({
    host,
    partitions,
    share = { first: 0, total: partitions },
    pinnedBytesMax,
    arena,
    log,
    watchMemory = watchLimit,
  }: EmbeddedOptions) {
    this.#host = host;
    this.#share = share;
    this.#stopWatch = watchMemory(this.#host.timers);
    this.#transactions = new Transactions({
      host: this.#host,
      lifetime: this.#lifetime,
      closing: this.#closing.signal,
      underWay: this.#underWay,
      scope: nodeScope(),
      answerOf: (id) => this.#answerOf(id),
      feed: () => this.#changes,
      routerOf: (type) => this.#handlesOf(type).router,
    });
    this.#arena = new Arena(arena);
    const { clock } = this.#host;
    this.#log = new GridLog({ partitions, clock, governor: arena.governor, ...log });
    const shared = {
      arena: this.#arena,
      clock,
      partitions: share.total,
      host: this.#host,
      ...(pinnedBytesMax === undefined ? {} : { pinnedBytesMax }),
    };
    this.#partitions = this.#log.partitions.map((of, number) => new Partition({ number, log: of, ...shared }));
    this.#changes = new GridChanges(this.#partitions, this.#host, arena.governor, () => this.#log.kept);
    this.#sweeper = new ExpirySweeper(host, this.#changes);
  }

  /** Before anybody uses the grid: makes again what a data directory holds, and keeps there what happens from now on. */
  async recover(directory: DataDirectory, onProgress?: (progress: RecoveryProgress) => void): Promise<void> {
    this.#know(await this.#log.recover(directory, this.#partitions, onProgress));
  }

  /** Before anybody uses the grid: fills it with a backup, and keeps it in a directory that is new, where one is given. */
  async restore(
    backup: BackupDirectory,
    directory: DataDirectory | undefined,
    onProgress?: (progress: RecoveryProgress) => void,
  ): Promise<void> {
    const meter = new RecoveryMeter(backup.manifest.bytes, this.#host.clock, onProgress);
    const scratch = (): Partition =>
      new Partition({ number: 0, arena: this.#arena, clock: this.#host.clock, host: this.#host });
    await backup.restore(this.#partitions, scratch, this.#host, (bytes) => {
      meter.bytes += bytes;
      meter.tick('read');
    });
    const { bytes, changes, durationMs } = meter.at('ready');
    const recovery = { bytes, snapshotBytes: bytes, changes, durationMs };
    const types = await this.#log.begin(directory, this.#partitions, recovery);
    this.#know(types);
    meter.tell('ready');
  }

  #know(types: readonly RecoveredType[]): void {
    for (const { declarations, lastHiddenKey } of types) {
      const [first, ...later] = declarations as readonly [TypeSchema, ...TypeSchema[]];
      const versions = this.#makeVersions(first, lastHiddenKey);
      for (const schema of later) versions.commit(planEvolution(versions.schema, schema));
    }
  }

  transaction<R>(callback: (tx: Transaction) => Promise<R> | R, options?: TransactionOptions): Promise<Awaited<R>> {
    return this.#transactions.transaction(callback, options);
  }

  atomic<const W extends readonly AtomicWrite<unknown>[]>(
    make: (b: AtomicWrites) => W,
    options?: AtomicOptions,
  ): Promise<AtomicAnswers<W>> {
    return this.#transactions.atomic(make, options);
  }

  space<T extends AnyType>(type: T): Space<T> {
    return asyncSpace<T>(this.#handlesOf(type).space);
  }

  local<T extends AnyType>(type: T): LocalSpace<T> {
    return localSpace<T>(this.#handlesOf(type).local);
  }

  async evolve(type: AnyType, options?: CallOptions): Promise<EvolutionReport> {
    return this.#evolve(type, options, undefined);
  }

  /** For `servedGrid`. */
  async evolveTogether(type: AnyType, options: CallOptions, agree: Agree): Promise<EvolutionReport> {
    return this.#evolve(type, options, agree);
  }

  async #evolve(type: AnyType, options: CallOptions | undefined, agree: Agree | undefined): Promise<EvolutionReport> {
    const { name, schema } = checkType(type, 'grid.evolve');
    this.#checkOpen('grid.evolve');
    checkOptionNames('grid.evolve', options ?? {}, ['signal', 'timeout']);
    const { clock, turns } = this.#host;
    const call = new Call(`${name}.evolve`, options, this.#host, this.#closing.signal);
    const startedMs = clock.monotonicMs();
    const isNew = !this.#types.has(name);
    const versions = this.#versionsOf(type);
    const pace = { turns, slice: new TurnSlice(turns), underWay: this.#underWay };
    const made = await this.#underWay.track(evolveType(versions, schema, pace, call, agree));
    await this.#log.settled();
    this.#sweeper.watch(versions);
    const changes = isNew ? ['new type', ...made] : made;
    const rows = versions.sources.reduce((sum, source) => sum + source.rows, 0);
    return { type: name, changes, rows, durationMs: clock.monotonicMs() - startedMs };
  }

  stats(): GridStats {
    const types = [...this.#types.values()].map((versions) => this.#typeStats(versions));
    return {
      rows: types.reduce((rows, type) => rows + type.rows, 0),
      bytes: types.reduce((bytes, type) => bytes + type.bytes, 0),
      memory: {
        usedBytes: this.#arena.usedBytes,
        freeBytes: this.#arena.freeBytes,
        limitBytes: this.#arena.limitBytes,
        processBytes: process.memoryUsage.rss(),
      },
      log: this.#log.stats(),
      events: this.#changes.stats(),
      types,
      idempotency: sumAnswers(this.#partitions),
    };
  }

  async backup(directory: string): Promise<BackupReport> {
    this.#checkOpen('grid.backup');
    if (typeof directory !== 'string' || directory === '')
      throw new WeftError('OPTION_INVALID', 'grid.backup takes the path of a directory.');
    try {
      return await this.#underWay.track(writeBackup(this.#partitions, directory, this.#host));
    } catch (error) {
      this.#checkOpen('grid.backup');
      throw error;
    }
  }

  async flush(): Promise<void> {
    this.#checkOpen('grid.flush');
    await this.#log.flush();
  }

  #typeStats({ schema: { name }, sources }: TypeVersions<Handles>): TypeStats {
    return {
      name,
      rows: sources.reduce((rows, source) => rows + source.rows, 0),
      bytes: sources.reduce((bytes, source) => bytes + source.bytes, 0),
      evicted: sources.reduce((rows, source) => rows + source.evicted, 0),
      quotaBytes: finite(this.#arena.governor.quota(name).limitBytes),
      queue: sumCounts(sources.flatMap((source) => source.queue.counts() ?? [])),
      ...sumAccounts(sources.flatMap((source) => source.account() ?? [])),
    };
  }

  setMemory(size: ByteSize): void {
    this.#arena.governor.setLimit(parseByteSize(size, 'grid.setMemory', MEMORY_BYTES_MIN));
  }

  setQuota(type: AnyType, size: ByteSize | undefined): void {
    this.#handlesOf(type);
    const { name } = type;
    checkNotNull(size, name);
    const bytes = size === undefined ? Infinity : parseByteSize(size, `grid.setQuota(${name})`);
    this.#arena.governor.quota(name).setLimit(bytes);
  }

  async close(options: CloseOptions = {}): Promise<void> {
    checkOptionNames('grid.close', options, ['drain']);
    const drainMs = options.drain === undefined ? 0 : parseDuration(options.drain, 'grid.close: drain');
    this.#lifetime.isClosed = true;
    if (drainMs > 0) await this.#drain(drainMs);
    try {
      // Who waits for a commit has done its work: it gets its answer, not that the grid is closed.
      if (this.#log.isOnDisk) await this.#log.flushLast();
    } finally {
      this.#closing.abort();
      for (const partition of this.#partitions) partition.close();
      this.#stopWatch();
      this.#sweeper.close();
      this.#changes.close();
      this.#arena.governor.close();
      await this.#log.close();
    }
  }

  /** Waits for the calls under way, `drainMs` at most. */
  async #drain(drainMs: number): Promise<void> {
    let cancel: (() => void) | undefined;
    const timeUp = new Promise<void>((resolve) => {
      cancel = this.#host.timers.after(drainMs, resolve);
    });
    await Promise.race([this.#underWay.idle(), timeUp]);
    cancel?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #handlesOf(type: AnyType): Handles {
    this.#checkOpen('grid.space');
    checkType(type, 'grid.space');
    return this.#versionsOf(type).handlesOf(type);
  }

  /** The declarations of the type's name; the first that is seen is the stored one. */
  #versionsOf({ name, schema }: AnyType): TypeVersions<Handles> {
    const known = this.#types.get(name);
    return known ?? this.#makeVersions(schema);
  }

  #makeVersions(schema: TypeSchema, lastHiddenKey = 0n): TypeVersions<Handles> {
    const hiddenKeys = new HiddenKeys(this.#host.clock, lastHiddenKey);
    const sources = this.#partitions.map((partition) => partition.port(schema));
    const made = new TypeVersions<Handles>(schema, sources, (of, served) => this.#makeHandles(of, served, hiddenKeys));
    this.#types.set(schema.name, made);
    this.#sweeper.watch(made);
    return made;
  }

  #makeHandles(type: AnyType, sources: readonly Source[], hiddenKeys: HiddenKeys): Handles {
    const router = new Router(type.schema, sources, { ...this.#host, hiddenKeys, share: this.#share });
    const local = new LocalVerbs(type, router, this.#lifetime);
    const space = new SpaceVerbs({
      type,
      router,
      local,
      host: this.#host,
      spaceOf: (other) => this.#handlesOf(other).space,
      closing: this.#closing.signal,
      underWay: this.#underWay,
      lifetime: this.#lifetime,
      changes: {
        feed: this.#changes,
        convertFrom: (schema) => this.#versionsOf(type).conversion(schema, type.schema),
      },
    });
    return { local, space, router };
  }

  /** The answer of the transaction with this idempotency id, in whatever partition it was. */
  #answerOf(id: string): AnswerThere | undefined {
    for (const { answers, log } of this.#partitions) {
      const known = answers.find(id);
      if (known !== undefined) return { ...known, settled: () => log.commits.wait(log.lsn) };
    }
    return undefined;
  }

  #checkOpen(name: string): void {
    if (this.#lifetime.isClosed) throw new WeftError('CLOSED', `${name}: the grid is closed.`);
  }
}

function sumAnswers(partitions: readonly Partition[]): IdempotencyStats {
  const all = partitions.map(({ answers }) => answers.stats());
  const sum = (of: (stats: IdempotencyStats) => number): number => all.reduce((total, stats) => total + of(stats), 0);
  return { ids: sum(({ ids }) => ids), units: sum(({ units }) => units), forgotten: sum(({ forgotten }) => forgotten) };
}

/** Nothing for no bound: JSON has no Infinity. */
function finite(bytes: number): number | undefined {
  return Number.isFinite(bytes) ? bytes : undefined;
}

interface Handles {
  readonly router: Router;
  readonly local: LocalVerbs;
  readonly space: SpaceVerbs;
}

function checkNotNull(size: unknown, type: string): void {
  if (size !== null) return;
  throw new WeftError(
    'OPTION_INVALID',
    `grid.setQuota(${type}): null is no amount of memory; grid.setQuota(${type}, undefined) lifts the quota.`,
  );
}

function checkType(type: unknown, where: string): AnyType {
  if (typeof type === 'object' && type !== null && 'schema' in type) return type as AnyType;
  throw new WeftError('TYPE_UNKNOWN', `${where} takes a type that defineType made, not ${typeof type}.`);
}
