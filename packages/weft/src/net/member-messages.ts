/** What launcher, member and its threads say to each other. */
import type { MemberOptions } from '@weft/member';
import type { EventLevel, EventSubject } from './event-log.ts';
import type { StartSettings } from './start-settings.ts';

/** Where the hosts of a space are. */
export type HostAddresses = MemberOptions['hosts'];

/** From the launcher to the member. */
export type ToMember = { readonly kind: 'start'; readonly settings: StartSettings } | { readonly kind: 'drain' };

/** From the member to the launcher. */
export type FromMember =
  | { readonly kind: 'ready'; readonly ports: readonly number[]; readonly healthPort: number | undefined }
  /** It cannot start here, and another try would end the same. */
  | ({ readonly kind: 'refused' } & Refusal);

/** Why a thread cannot start. */
export interface Refusal {
  readonly message: string;
  /** Of the error, where it has one. */
  readonly code: string | undefined;
}

/** What a host is started with. */
export interface HostData {
  readonly settings: StartSettings;
  readonly host: number;
  readonly board: Int32Array<SharedArrayBuffer>;
  /** Number of its first partition, and how many it has, of so many. */
  readonly first: number;
  readonly partitions: number;
  readonly total: number;
  readonly directory: string | undefined;
  readonly memoryBytes: number;
}

export type ToHost =
  /** All hosts listen; these are their addresses, over TCP and over Unix sockets. */
  | { readonly kind: 'serve'; readonly hosts: HostAddresses; readonly sockets: HostAddresses | undefined }
  | { readonly kind: 'drain' };

export type FromHost =
  | { readonly kind: 'listening'; readonly port: number }
  /** Its rows are there. */
  | { readonly kind: 'recovered' }
  | { readonly kind: 'serving' }
  | { readonly kind: 'drained' }
  | ({ readonly kind: 'refused' } & Refusal)
  | ({ readonly kind: 'log'; readonly level: EventLevel; readonly message: string } & EventSubject);

/** What the health thread is started with. */
export interface HealthData {
  readonly board: Int32Array<SharedArrayBuffer>;
  readonly hosts: number;
  readonly liveMs: number;
  readonly address: string;
  readonly healthPort: number;
}

export type FromHealth =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };
