const left = new FinalizationRegistry<string>((what) =>
  process.emitWarning(`${what} was left open and nobody can close it any more. Use \`await using\`, or call close().`, {
    code: 'WEFT_LEFT_OPEN',
  }),
);

/** Warns, in development, when the object is collected before the function that is returned was called: `what` it is, for the message. */
export function watchOpen(object: object, what: string): () => void {
  if (process.env['NODE_ENV'] === 'production') return () => undefined;
  const token = {};
  left.register(object, what, token);
  return () => void left.unregister(token);
}
