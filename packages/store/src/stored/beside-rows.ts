/**
 * Something that a partition keeps beside its rows and that its log tells of. Since the log is cut behind a snapshot, the snapshot has it
 * too. Registered under a name by `Partition.keepBeside`.
 */
export interface BesideRows {
  /**
   * All of it, in lists of pieces of JSON. The lists are asked for in this turn and in later ones: a piece may tell of something later than the
   * snapshot, if the records behind the snapshot say the same again.
   */
  image(): Iterable<readonly unknown[]>;
  /** Takes pieces, in order, perhaps in several calls; once the rows are there, and before anything else happens. */
  restore(pieces: readonly unknown[]): void;
}
