/** What transactions did and saw, as a checker of isolation wants it. */

/** What a key holds in one version: a text that names the write, or null where there is no row. */
export type Value = string | null;

export type Op =
  | { readonly op: 'read'; readonly key: string; readonly value: Value }
  | { readonly op: 'write'; readonly key: string; readonly value: Value }
  /** A question for all rows that match: their values by key. */
  | {
      readonly op: 'find';
      readonly matches: (key: string, value: string) => boolean;
      readonly rows: ReadonlyMap<string, string>;
    };

export interface Transaction {
  readonly id: string;
  readonly status: 'committed' | 'aborted';
  readonly ops: readonly Op[];
}

/** One version of a key. */
export interface Version {
  readonly value: Value;
  /** The transaction that installed it; `undefined` for what was there before all of them. */
  readonly by: string | undefined;
}

export interface History {
  readonly transactions: readonly Transaction[];
  /** The versions of each key in the order in which they were installed, what was there at first among them. */
  readonly versions: ReadonlyMap<string, readonly Version[]>;
}
