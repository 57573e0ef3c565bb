/** Fails when one of our own invariants is broken. For mistakes of ours only; user input gets a `WeftError`. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The value, which must be there. */
export function must<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null) throw new AssertionError(message);
  return value;
}

/** Closes a switch over a union: the compiler proves that it cannot be reached. */
export function unreachable(value: never, message = 'unreachable'): never {
  throw new AssertionError(`${message}: ${String(value)}`);
}

/** A broken invariant: a bug in Weft, never the caller's mistake. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}
