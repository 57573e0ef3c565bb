import type { RegisterVerb } from '../load/plan.ts';

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
  readonly verb: RegisterVerb | 'append' | 'transfer' | 'audit';
  /** Of the register; the lane of a ledger; the bank. */
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
}

/** What clients saw, and what survived each crash. */
export interface History {
  readonly calls: readonly CallRecord[];
  readonly starts: readonly Survivors[];
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
    | 'determinism';
  readonly text: string;
}
