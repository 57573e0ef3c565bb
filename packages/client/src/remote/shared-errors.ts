import type { WeftError } from '@weft/base';

/**
 * Errors of calls that one thing ends at one moment: they are one error. To make one takes ten times as long as to answer a call, which a client that is
 * overloaded has not got.
 */
export class SharedErrors {
  #atMs = 0;
  readonly #errors = new Map<string, WeftError>();

  /** `what`: tells errors apart; `make`: where there is none yet. */
  at(nowMs: number, what: string, make: () => WeftError): WeftError {
    if (nowMs !== this.#atMs) this.#errors.clear();
    this.#atMs = nowMs;
    let error = this.#errors.get(what);
    if (error === undefined) this.#errors.set(what, (error = make()));
    return error;
  }
}
