type Step = IteratorResult<any, undefined>;
type Resolve = (step: Step) => void;
type Reject = (error: Error) => void;

/**
 * Calls of `next` that wait, in their order; nearly always there is one. What a promise is settled by is kept in fields: V8 allocates the
 * objects of a literal that lived long a few times among the old ones for ever after, where each, though nobody has it any more, keeps the promise and its event until the
 * next full collection.
 */
export class Looks {
  length = 0;
  #resolve: Resolve | undefined;
  #reject: Reject | undefined;
  /** Those behind the first, each with its two functions. */
  readonly #others: (Resolve | Reject)[] = [];
  readonly #keep = (resolve: Resolve, reject: Reject): void => {
    if (this.length++ > 0) this.#others.push(resolve, reject);
    else {
      this.#resolve = resolve;
      this.#reject = reject;
    }
  };

  add(): Promise<Step> {
    return new Promise<Step>(this.#keep);
  }

  /** Settles the first. There must be one. */
  resolve(step: Step): void {
    const resolve = this.#resolve!;
    this.#next();
    resolve(step);
  }

  reject(error: Error): void {
    const reject = this.#reject!;
    this.#next();
    reject(error);
  }

  #next(): void {
    this.length--;
    this.#resolve = this.#others.shift() as Resolve | undefined;
    this.#reject = this.#others.shift() as Reject | undefined;
  }
}
