/**
 * Something that a partition keeps beside its rows and that its log tells of: since the log is cut behind a snapshot, the snapshot has it
 * too. Registered under a name by `Partition.keepBeside`.
 */
export interface BesideRows {
  /** All of it as it is in this turn, in pieces of JSON that later changes leave alone. */
  image(): readonly unknown[];
  /** Takes pieces of what `image` gave, in order, perhaps in several calls; before anything else happens. */
  restore(pieces: readonly unknown[]): void;
}
