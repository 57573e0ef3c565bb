import type { Explain } from '@weft/data';
import type { Answer } from '../api.ts';

/** Runs when it is awaited, and anew each time. */
export class LazyAnswer<R> implements Answer<R> {
  readonly #run: () => Promise<R>;
  readonly #explain: () => Promise<Explain>;

  constructor(run: () => Promise<R>, explain: () => Promise<Explain>) {
    this.#run = run;
    this.#explain = explain;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- an Answer is awaited
  then<A = R, B = never>(
    onDone?: ((value: R) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#run().then(onDone, onError);
  }

  catch<B = never>(onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R | B> {
    return this.then(undefined, onError);
  }

  finally(onEnd?: (() => void) | null): Promise<R> {
    return Promise.resolve(this).finally(onEnd);
  }

  explain(): Promise<Explain> {
    return this.#explain();
  }
}

/** What several hosts say of one question. */
export function joinExplains(parts: readonly Explain[]): Explain {
  const sum = (of: (part: Explain) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    type: parts[0]!.type,
    partitions: parts.flatMap(({ partitions }) => partitions),
    rowsRead: sum((part) => part.rowsRead),
    rowsMatched: sum((part) => part.rowsMatched),
  };
}
