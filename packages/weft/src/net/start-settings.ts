import type { Durability } from '@weft/client';

/** What `weft start` was told: plain data, since the launcher hands it to the member, and the member to its hosts. */
export interface StartSettings {
  readonly space: string;
  /** Over all hosts; undefined for as many as the data directory says, or one for each host. */
  readonly partitions: number | undefined;
  readonly hosts: number;
  /** Address of loopback to listen on. */
  readonly address: string;
  /** One for each host; 0 for any that is free. */
  readonly ports: readonly number[];
  /** Where the health thread answers; 0 for any port that is free, undefined for no health thread. */
  readonly healthPort: number | undefined;
  /** Path of a Unix socket beside the port. */
  readonly socket: string | undefined;
  readonly dataDir: string | undefined;
  readonly durability: Durability | undefined;
  /** Of all hosts together; undefined for what the machine has. */
  readonly memoryBytes: number | undefined;
  /** How long running work may go on after a signal to stop. */
  readonly drainMs: number;
  /** A host whose loop has not turned for so long is not live. */
  readonly liveMs: number;
  /** Whether events are written for machines. */
  readonly isJson: boolean;
}

/** Hosts of one member. */
export const HOSTS_MAX = 64;
export const HEALTH_PORT_DEFAULT = 8089;
/** How long running work may go on after a signal to stop, unless said otherwise. */
export const DRAIN_MS_DEFAULT = 10_000;
/** After so long without a turn of its loop a host counts as stuck, unless said otherwise. */
export const LIVE_MS_DEFAULT = 10_000;

/** The Unix socket of a host: the first has the path itself. */
export function socketOf(path: string | undefined, host: number): string | undefined {
  return path === undefined || host === 0 ? path : `${path}.${host}`;
}
