import type { WeftError } from '@weft/base';
import type { RecordReader } from '@weft/log';
import { errorOf, readPlain } from '@weft/protocol';

/** Refusals that say the same within so long are one error. */
const REFUSALS_MS = 10;

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

/** What hosts say of calls that failed. One that has too much to do says the same to many. */
export class Refusals {
  readonly #errors = new SharedErrors();

  read(reader: RecordReader, nowMs: number): WeftError {
    const plain = readPlain(reader) as { readonly code?: unknown; readonly message?: unknown };
    if (plain?.code !== 'OVERLOADED') return errorOf(plain);
    return this.#errors.at(Math.floor(nowMs / REFUSALS_MS), String(plain.message), () => errorOf(plain));
  }
}
