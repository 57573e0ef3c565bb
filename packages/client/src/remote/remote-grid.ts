import { WeftError } from '@weft/base';
import { partitionOf, type AnyType } from '@weft/data';
import type { Welcome } from '@weft/protocol';
import type { Space } from '../api.ts';
import { closedError } from '../call.ts';
import type { CloseOptions } from '../grid-api.ts';
import { Link, type LinkParts } from './link.ts';
import { RemoteSpace, remoteSpace } from './remote-space.ts';
import { RemoteType } from './remote-type.ts';

export interface RemoteGridOptions {
  /** Milliseconds that a call waits that does not say so itself. */
  readonly timeoutMs: number;
}

/** A grid whose rows are in other processes. */
export class RemoteGrid {
  readonly #parts: LinkParts;
  readonly #options: RemoteGridOptions;
  readonly #welcome: Welcome;
  /** By host. */
  readonly #links: readonly Link[];
  readonly #spaces = new Map<string, RemoteSpace>();
  readonly #closing = new AbortController();
  #isClosed = false;

  private constructor(parts: LinkParts, options: RemoteGridOptions, welcome: Welcome, links: readonly Link[]) {
    this.#parts = parts;
    this.#options = options;
    this.#welcome = welcome;
    this.#links = links;
  }

  /** Opens a way to each host of the space that one of the addresses is of. Rejects with UNREACHABLE, SPACE_UNKNOWN, PROTOCOL_MISMATCH. */
  static async open(addresses: readonly string[], parts: LinkParts, options: RemoteGridOptions): Promise<RemoteGrid> {
    let failure: unknown;
    for (const address of addresses) {
      const link = new Link(address, parts);
      try {
        const welcome = await link.open();
        const links = await Promise.all(welcome.hosts.map((host) => openHost(host.address, link, parts)));
        return new RemoteGrid(parts, options, welcome, links);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  space<T extends AnyType>(type: T): Space<T> {
    if (this.#isClosed) throw closedError('grid.space');
    return remoteSpace<T>(this.#spaceOf(type));
  }

  local(): never {
    throw new WeftError('LOCAL_ONLY', 'grid.local: the rows of this grid are in other processes.');
  }

  /** Opens the types on all hosts. */
  async ensure(types: readonly AnyType[]): Promise<void> {
    await Promise.all(types.map((type) => this.#spaceOf(type).ensure()));
  }

  async close(_options?: CloseOptions): Promise<void> {
    this.#isClosed = true;
    this.#closing.abort();
    for (const link of this.#links) link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #spaceOf(type: AnyType): RemoteSpace {
    const known = this.#spaces.get(type.schema.fingerprint);
    if (known !== undefined) return known;
    const { host } = this.#parts;
    const made = new RemoteSpace({
      type: new RemoteType(type, this.#spaces.size + 1),
      host,
      links: this.#links,
      firstPartitions: this.#welcome.hosts.map(({ firstPartition }) => firstPartition),
      closing: this.#closing.signal,
      linkOf: (slot) => this.#linkOf(slot),
      timeoutMs: this.#options.timeoutMs,
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

/** The way to a host; that which was dialled already has no address of its own. */
async function openHost(address: string, dialled: Link, parts: LinkParts): Promise<Link> {
  if (address === '' || address === dialled.address) return dialled;
  const link = new Link(address, parts);
  await link.open();
  return link;
}
