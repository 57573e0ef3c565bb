/** The command line asks for something that does not exist or cannot be. Shown as one line; the process exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What to type instead. */
  readonly fix: string;
  /** The word that names nothing and the names there are, where it may be a typing mistake. */
  readonly mistyped: Mistyped | undefined;

  constructor(message: string, fix: string, mistyped?: Mistyped) {
    super(message);
    this.fix = fix;
    this.mistyped = mistyped;
  }
}

export interface Mistyped {
  readonly word: string;
  readonly names: readonly string[];
}
