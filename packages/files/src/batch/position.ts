/** A place in a file, behind some record: where an import can go on. Plain data. */
export interface Position {
  /** Bytes of the file before it, header included; of Parquet 0. */
  readonly bytes: number;
  /** Lines before it. */
  readonly lines: number;
  /** Records before it, broken ones included. */
  readonly records: number;
}

export const START: Position = { bytes: 0, lines: 0, records: 0 };
