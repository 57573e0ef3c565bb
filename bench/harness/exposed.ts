/** Parts of a bench that run in processes of their own: who answers. */
// oxlint-disable-next-line no-explicit-any -- any function whose arguments and answer are plain data
export type Calls = Readonly<Record<string, (...args: any[]) => unknown>>;
export type Question = { readonly id: number; readonly call: string; readonly args: readonly unknown[] };
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

/** Answers the parent's calls until it goes; then this process ends. */
export function expose<C extends Calls>(calls: C): C {
  process.once('disconnect', () => process.exit());
  process.on('message', ({ id, call, args }: Question) => {
    void (async () => calls[call]!(...args))().then(
      (result) => process.send!({ id, result } satisfies Answer),
      (error: unknown) => process.send!({ id, error: textOf(error) } satisfies Answer),
    );
  });
  return calls;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
