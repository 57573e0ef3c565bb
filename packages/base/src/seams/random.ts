/** A source of uniform random bits. */
export interface Random {
  /** An integer in [0, 2^32). */
  uint32(): number;
}
