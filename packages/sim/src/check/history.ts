import type { RegisterVerb } from '../load/register-verb.ts';

/** A row of `Register` as it was seen; undefined where there is none. */
export type RegisterState = { readonly value: number; readonly version: number } | undefined;

/** How a call ended. `unknown`: it may have been done, or not, or not yet. `failed`: it was not done, for the reason that the code says. */
export type CallEnd =
  | { readonly kind: 'ok'; readonly answer: unknown }
  | { readonly kind: 'failed' | 'unknown'; readonly code: string };

/** One call, from when it was made until it ended. */
export interface CallRecord {
  readonly id: number;
  readonly client: number;
  readonly verb: RegisterVerb | 'append' | 'transfer' | 'audit' | 'put' | 'take';
  /** Of the register; the lane of a ledger, or of a job; the bank. */
  readonly key: string;
  /** That `swap` demanded. */
  readonly ifVersion: number | undefined;
  /** Its place, and that of its end, among all that happened; Infinity while it goes on. */
  readonly from: number;
  to: number;
  readonly fromMs: number;
  readonly timeoutMs: number;
  /** For how long its client stood still since. */
  stillMs: number;
  toMs: number;
  end: CallEnd | undefined;
}

/** Accounts of a bank, and what was done to them. */
export interface BankState {
  /** Transfers that were counted. */
  readonly seq: number;
  /** By number of the account. */
  readonly balances: ReadonlyMap<number, number>;
  /** By id. */
  readonly transfers: ReadonlyMap<
    number,
    { readonly seq: number; readonly from: number; readonly to: number; readonly amount: number }
  >;
}

/** What a host had on its disk when it was started: what survived. */
export interface Survivors {
  /** Its place among all that happened. */
  readonly at: number;
  /** Whether the end of what was acknowledged may be lost: at level `async`, but for a host that was stopped in order. */
  readonly mayHaveLost: boolean;
  readonly registers: ReadonlyMap<string, RegisterState>;
  /** By id, with its lane. */
  readonly ledger: ReadonlyMap<number, number>;
  readonly banks: ReadonlyMap<number, BankState>;
  /** Jobs by id, dead letters among them. */
  readonly jobs: ReadonlySet<number>;
  /** Jobs whose dead letters went elsewhere. */
  readonly buried: ReadonlySet<number>;
}

/** One event, as far as it matters. */
export interface FollowedEvent {
  readonly type: string;
  readonly key: string | undefined;
  readonly partition: number | undefined;
  readonly lsn: number | undefined;
  readonly before: RegisterState;
  readonly after: RegisterState;
}

/** What one subscription gave. */
export interface Segment {
  readonly client: number;
  /** Whether it began where the one before had ended: else all rows come first. */
  readonly goesOn: boolean;
  readonly events: readonly FollowedEvent[];
}

/** What a member of the group was given, and its place among all that happened. */
export interface GroupEvent extends FollowedEvent {
  readonly at: number;
}

/** What a member said that it is done with. */
export interface GroupCommit {
  /** When it said so: from then on this may be kept. */
  readonly from: number;
  /** By partition, its last change. */
  readonly upTo: ReadonlyMap<number, number>;
  /** When it was told that it is kept; Infinity where it was not. */
  to: number;
  /** What is kept for certain: no more than `upTo`. */
  kept: ReadonlyMap<number, number>;
}

/** What came of one subscription of a member of the group. */
export interface Membership {
  readonly client: number;
  readonly events: GroupEvent[];
  readonly commits: GroupCommit[];
}

/** A job that was handed out to a worker. */
export interface DeliveryRecord {
  readonly job: number;
  readonly client: number;
  /** How often it was handed out, this time included. */
  readonly tries: number;
  readonly leaseMs: number;
  /** When the worker asked for it: the lease began no sooner. Its place among all that happened, and the time. */
  readonly asked: number;
  readonly askedMs: number;
  /** When it came. */
  readonly from: number;
  readonly fromMs: number;
  /** Until when it is held for certain, where nothing ends that: the lease, counted from when the worker asked for it or renewed it. */
  heldMs: number;
  /** When the worker gave up whatever it held; Infinity while it does not. */
  released: number;
  /** What it did with it, from when until when. */
  settling: Settling | undefined;
}

export interface Settling {
  readonly verb: 'ack' | 'nack';
  readonly from: number;
  readonly to: number;
  /** `unknown`: it may be done; `failed`: it is not. */
  readonly end: 'ok' | 'unknown' | 'failed';
}

/** A job that nobody is given any more since it was handed out too often. */
export interface Letter {
  readonly job: number;
  readonly tries: number;
  /** Whether it is where dead letters of this run go, and not a letter in its own place. */
  readonly isBuried: boolean;
}

/** What clients saw, and what survived each crash. */
export interface History {
  readonly calls: readonly CallRecord[];
  readonly starts: readonly Survivors[];
  readonly deliveries: readonly DeliveryRecord[];
  /** Handed out so often, a job is a dead letter. */
  readonly triesMax: number;
  /** Once nobody works any more; undefined where nobody has looked. */
  readonly letters: readonly Letter[] | undefined;
}

/** Something that must never be. */
export interface Violation {
  /** Which promise was broken; shrinking looks for the same. */
  readonly check:
    | 'linearizability'
    | 'durability'
    | 'deadline'
    | 'error'
    | 'recovery'
    | 'liveness'
    | 'exactly-once'
    | 'atomicity'
    | 'order'
    | 'events'
    | 'groups'
    | 'lease'
    | 'letters'
    | 'determinism';
  readonly text: string;
}
