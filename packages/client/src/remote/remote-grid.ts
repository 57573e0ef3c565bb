import { parseByteSize, parseDuration, WeftError, type ByteSize } from '@weft/base';
import { checkOptionNames, partitionOf, schemaJson, type AnyType, type CallOptions } from '@weft/data';
import type { Welcome } from '@weft/protocol';
import type { Space } from '../api.ts';
import { closedError } from '../call.ts';
import type { AnyGrid, BackupReport, CloseOptions, EvolutionReport, GridStats } from '../grid-api.ts';
import type { Scope } from '../transaction/scope.ts';
import type {
  AtomicAnswers,
  AtomicOptions,
  AtomicWrite,
  AtomicWrites,
  Transaction,
  TransactionOptions,
} from '../transaction/transaction-api.ts';
import { UnderWay } from '../under-way.ts';
import { Asker, type AskerParts } from './asker.ts';
import { Link } from './link.ts';
import type { LinkParts } from './link-parts.ts';
import { RemoteSpace, remoteSpace } from './remote-space.ts';
import { RemoteTransactions } from './remote-transactions.ts';
import { RemoteStream } from './remote-stream.ts';
import { RemoteType } from './remote-type.ts';

export interface RemoteGridOptions {
  /** Milliseconds that a call waits that does not say so itself. */
  readonly timeoutMs: number;
  /** Tells code within the callback of a transaction from other code; without it none is. */
  readonly scope?: Scope | undefined;
  /** Stops opening it. */
  readonly signal?: AbortSignal | undefined;
  /** Notices that the grid is dropped while it is open; what is returned is called when it is closed. */
  readonly watch?: ((grid: object) => () => void) | undefined;
}

/** A grid whose rows are in other processes. */
export class RemoteGrid implements AnyGrid {
  readonly #parts: LinkParts;
  readonly #options: RemoteGridOptions;
  readonly #welcome: Welcome;
  /** By host. */
  readonly #links: readonly Link[];
  readonly #spaces = new Map<string, RemoteSpace>();
  readonly #closing = new AbortController();
  readonly #underWay = new UnderWay();
  readonly #asker: Asker;
  readonly #transactions: RemoteTransactions;
  readonly #lifetime = { isClosed: false };
  readonly #offWatch: (() => void) | undefined;

  private constructor(parts: LinkParts, options: RemoteGridOptions, welcome: Welcome, links: readonly Link[]) {
    this.#parts = parts;
    this.#options = options;
    this.#welcome = welcome;
    this.#links = links;
    this.#asker = new Asker(this.#askerParts(), undefined);
    this.#transactions = new RemoteTransactions({
      asker: this.#asker.parts,
      partitions: welcome.partitions,
      typeOf: (type) => this.#spaceOf(type).remoteType,
      scope: options.scope ?? NO_SCOPE,
    });
    this.#offWatch = options.watch?.(this);
  }

  /** Opens a way to each host of the space that one of the addresses is of. Rejects with UNREACHABLE, SPACE_UNKNOWN, PROTOCOL_MISMATCH. */
  static async open(addresses: readonly string[], parts: LinkParts, options: RemoteGridOptions): Promise<RemoteGrid> {
    let failure: unknown;
    for (const at of addresses.keys()) {
      if (options.signal?.aborted === true) break;
      // Should its host move, whoever answers at one of the others knows where it is.
      const link = new Link([...addresses.slice(at), ...addresses.slice(0, at)], parts);
      const opened: Link[] = [link];
      const close = (): void => {
        for (const each of opened) each.close();
      };
      options.signal?.addEventListener('abort', close);
      try {
        const welcome = await link.open();
        for (const { address } of welcome.hosts)
          if (!isOf(link, address))
            opened.push(new Link([address, ...addresses.filter((other) => other !== address)], parts));
        await Promise.all(opened.slice(1).map((other) => other.open()));
        const links = welcome.hosts.map(
          ({ address }) => opened.find((each) => each !== link && each.address === address) ?? link,
        );
        return new RemoteGrid(parts, options, welcome, links);
      } catch (error) {
        close();
        failure = error;
      } finally {
        options.signal?.removeEventListener('abort', close);
      }
    }
    const { signal } = options;
    if (signal?.aborted === true)
      throw new WeftError('ABORTED', 'connect was stopped by its signal.', { cause: signal.reason });
    throw failure;
  }

  space<T extends AnyType>(type: T): Space<T> {
    if (this.#lifetime.isClosed) throw closedError('grid.space');
    checkType(type, 'grid.space');
    return remoteSpace<T>(this.#spaceOf(type));
  }

  local(): never {
    throw new WeftError('LOCAL_ONLY', 'grid.local: the rows of this grid are in other processes.');
  }

  /** Opens the types on all hosts. `exists`: they are not made; throws TYPE_UNKNOWN then. */
  async ensure(types: readonly AnyType[], how: 'create' | 'exists' = 'create'): Promise<void> {
    const known = how === 'exists' ? (await this.stats()).types.map(({ name }) => name) : undefined;
    for (const { name } of types)
      if (known?.includes(name) === false)
        throw new WeftError('TYPE_UNKNOWN', `connect: the space has no type ${name}, and ensure says that it exists.`);
    await Promise.all(types.map((type) => this.#spaceOf(type).ensure()));
  }

  /** As of `Grid`. Several hosts prepare one after the other and go over together; where one cannot, none does. */
  async evolve(type: AnyType, options?: CallOptions): Promise<EvolutionReport> {
    const { name, schema } = checkType(type, 'grid.evolve');
    const call = this.#asker.begin('evolve', options, []);
    const { evolveHosts } = await import('./evolve-hosts.ts');
    return evolveHosts({
      type: name,
      schema: JSON.stringify(schemaJson(schema)),
      asker: this.#asker,
      call,
      mostMs: LONG_MS,
      Stream: RemoteStream,
    });
  }

  /** What the hosts hold, counted. */
  async stats(): Promise<GridStats> {
    const stats = await this.#all<GridStats>('stats', {});
    if (stats.length === 1) return stats[0]!;
    const { joinStats } = await import('./join-stats.ts');
    return joinStats(stats);
  }

  async flush(): Promise<void> {
    await this.#all('flush', {});
  }

  /** As of `Grid`, at the host: the path is one of its machine. Of several hosts each writes to a directory below it, `host-0` and so on. */
  async backup(directory: string): Promise<BackupReport> {
    this.#asker.checkOpen('backup');
    if (typeof directory !== 'string' || directory === '')
      throw new WeftError('OPTION_INVALID', 'grid.backup takes the path of a directory.');
    const { backupHosts } = await import('./backup-hosts.ts');
    return backupHosts(this.#asker, directory, LONG_MS);
  }

  /** As of `Grid`; hosts share it evenly. */
  async setMemory(size: ByteSize): Promise<void> {
    const bytes = parseByteSize(size, 'grid.setMemory');
    await this.#all('setMemory', { size: Math.floor(bytes / this.#links.length) });
  }

  /** As of `Grid`; hosts share it evenly. */
  async setQuota(type: AnyType, size: ByteSize | undefined): Promise<void> {
    checkType(type, 'grid.setQuota');
    const bytes = size === undefined || size === null ? size : parseByteSize(size, `grid.setQuota(${type.name})`);
    const share = bytes === undefined || bytes === null ? bytes : Math.floor(bytes / this.#links.length);
    await this.#spaceOf(type).setQuota(share);
  }

  /** As of `Grid`. */
  transaction<R>(callback: (tx: Transaction) => Promise<R> | R, options?: TransactionOptions): Promise<Awaited<R>> {
    return this.#transactions.transaction(callback, options);
  }

  /** As of `Grid`. */
  atomic<const W extends readonly AtomicWrite<unknown>[]>(
    make: (b: AtomicWrites) => W,
    options?: AtomicOptions,
  ): Promise<AtomicAnswers<W>> {
    return this.#transactions.atomic(make, options);
  }

  async close(options: CloseOptions = {}): Promise<void> {
    checkOptionNames('grid.close', options, ['drain']);
    const drainMs = options.drain === undefined ? 0 : parseDuration(options.drain, 'grid.close: drain');
    this.#lifetime.isClosed = true;
    this.#offWatch?.();
    if (drainMs > 0) await this.#drain(drainMs);
    this.#closing.abort();
    for (const link of this.#links) link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Waits for the calls under way, so long at most. */
  async #drain(drainMs: number): Promise<void> {
    let cancel: (() => void) | undefined;
    const timeUp = new Promise<void>((resolve) => {
      cancel = this.#parts.host.timers.after(drainMs, resolve);
    });
    await Promise.race([this.#underWay.idle(), timeUp]);
    cancel?.();
  }

  async #all<R>(verb: string, args: object): Promise<R[]> {
    this.#asker.checkOpen(verb);
    const how = { ...GRID, as: verb };
    return Promise.all(this.#links.map((link) => this.#asker.verb<R>(link, `grid.${verb}`, args, how)));
  }

  #askerParts(): AskerParts {
    return {
      host: this.#parts.host,
      links: this.#links,
      firstPartitions: this.#welcome.hosts.map(({ firstPartition }) => firstPartition),
      linkOf: (slot) => this.#linkOf(slot),
      timeoutMs: this.#options.timeoutMs,
      closing: this.#closing.signal,
      lifetime: this.#lifetime,
      underWay: this.#underWay,
    };
  }

  #spaceOf(type: AnyType): RemoteSpace {
    const known = this.#spaces.get(type.schema.fingerprint);
    if (known !== undefined) return known;
    const made = new RemoteSpace({
      ...this.#askerParts(),
      type: new RemoteType(type, this.#spaces.size + 1),
      partitions: this.#welcome.partitions,
      spaceOf: (other) => this.#spaceOf(other),
    });
    this.#spaces.set(type.schema.fingerprint, made);
    return made;
  }

  #linkOf(slot: number): Link {
    if (this.#links.length === 1) return this.#links[0]!;
    const { partitions, hosts } = this.#welcome;
    const partition = partitionOf(slot, partitions);
    let at = hosts.length - 1;
    while (hosts[at]!.firstPartition > partition) at--;
    return this.#links[at]!;
  }
}

/** How long the verbs may take that go through all rows, where nothing else was said. */
const LONG_MS = 3_600_000;
const NO_SCOPE: Scope = { isInside: false, run: (callback) => callback() };
const GRID = { isWrite: false, call: undefined } as const;

function checkType(type: unknown, where: string): AnyType {
  if (typeof type === 'object' && type !== null && 'schema' in type) return type as AnyType;
  throw new WeftError('TYPE_UNKNOWN', `${where} takes a type that defineType made, not ${typeof type}.`);
}

/** Whether the address is that of the host that was dialled, which has none of its own. */
function isOf(dialled: Link, address: string): boolean {
  return address === '' || address === dialled.address;
}
