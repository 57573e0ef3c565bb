/**
 * Asks the table whether a row has the key that is looked for.
 *
 * An index holds no keys: it proposes a row whose 32-bit hash is the one asked for, and the probe says yes or no.
 * The call sits in the hottest loop of the product, so a table keeps one probe object per index, sets the wanted key on
 * it before the call, and `matches` allocates nothing and does not touch the index.
 */
export interface KeyProbe {
  /** Whether the row's key equals the wanted one. The row is in the index. */
  matches(row: number): boolean;
}

/** The answer where no row is found. */
export const NO_ROW = -1;
