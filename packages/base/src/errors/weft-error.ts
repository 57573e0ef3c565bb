import { errorRegistry, type ErrorCode } from './registry.ts';

const BRAND = Symbol.for('weft.error');

/** What a message may carry beside its text: facts for programs, never row contents beyond the key. */
export interface ErrorContext {
  /** Names and figures of the case, safe to log. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** Replaces the registry's hint where a better one is known. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Every expected error of Weft. Narrow by `code`:
 *
 *     catch (error) { if (WeftError.is(error, 'VERSION_CONFLICT')) retry(); else throw error; }
 */
export class WeftError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'WeftError';
  readonly code: C;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean;
  /** `definite`: nothing was applied, or what the message says. `in-doubt`: it may have been applied. */
  readonly outcome: 'definite' | 'in-doubt';
  readonly hint: string;
  /** The page that explains the code. */
  readonly docs: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: C, message: string, context: ErrorContext = {}) {
    super(message, 'cause' in context ? { cause: context.cause } : undefined);
    const entry = errorRegistry[code];
    this.code = code;
    this.retryable = entry.retryable;
    this.outcome = entry.outcome;
    this.hint = context.hint ?? entry.hint;
    this.docs = `docs/errors.md#${code.toLowerCase()}`;
    this.details = context.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Whether it is a Weft error, also one of another copy of this package, and, if given, with this code. */
  static is<C extends ErrorCode = ErrorCode>(error: unknown, code?: C): error is WeftError<C> {
    if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
    return code === undefined || (error as { readonly code?: unknown }).code === code;
  }
}
