import type { ErrorCode } from '@weft/base';

/** An expected error of the model: the store must fail with the same code. */
export class ModelError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}
