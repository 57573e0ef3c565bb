/** What the suites over the network ask of a store, from a client's process. */
export interface NetStore<R> {
  /** With versions and how it is called. */
  readonly name: string;
  get(key: string): Promise<R | undefined>;
  put(row: R): Promise<unknown>;
  close(): Promise<void>;
}
