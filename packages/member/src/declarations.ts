import { utf8Length, WeftError } from '@weft/base';
import type { AnyType } from '@weft/data';
import { foreignSchema } from '@weft/data';
import { RowForm } from '@weft/protocol';

/** Declarations that clients of a host have sent, of all types. */
export const DECLARATIONS_MAX = 4096;
/** Bytes of these, and of those that the grid did not take and connections keep. */
export const DECLARATION_BYTES_MAX = 64 * 1024 * 1024;

/** What is known of a declaration, whoever uses it. */
export interface Declaration {
  readonly type: AnyType;
  readonly form: RowForm;
  /** Ordinal of the version; -1 where the type has none. */
  readonly version: number;
  /** The row that is being written, by ordinal. Used within one turn only. */
  readonly values: unknown[];
}

/** The declarations that came over any connection: each is read once, and told by its fingerprint from then on. */
export class Declarations {
  readonly #byFingerprint = new Map<string, Declaration>();
  readonly #byText = new Map<string, Declaration>();
  #bytes = 0;

  get counts(): { readonly declarations: number; readonly declarationBytes: number } {
    return { declarations: this.#byFingerprint.size, declarationBytes: this.#bytes };
  }

  has(fingerprint: string): boolean {
    return this.#byFingerprint.has(fingerprint);
  }

  /** By its JSON, or by its fingerprint where it is known. Throws TYPE_INVALID, OVERLOADED. */
  of(text: string): Declaration {
    const known = this.#byText.get(text) ?? this.#byFingerprint.get(text);
    if (known !== undefined) return known;
    const schema = foreignSchema(text);
    const same = this.#byFingerprint.get(schema.fingerprint);
    if (same !== undefined) return same;
    if (this.#byFingerprint.size >= DECLARATIONS_MAX)
      throw new WeftError('OVERLOADED', `The host has been sent DECLARATIONS_MAX, ${DECLARATIONS_MAX}, declarations.`);
    const bytes = utf8Length(text);
    if (!this.hold(bytes))
      throw new WeftError(
        'OVERLOADED',
        `The host has been sent declarations of DECLARATION_BYTES_MAX, ${DECLARATION_BYTES_MAX}, bytes.`,
      );
    const declaration = {
      type: { name: schema.name, schema } as AnyType,
      form: new RowForm(schema),
      version: schema.columns.findIndex(({ role }) => role === 'version'),
      values: schema.columns.map(() => undefined),
    };
    this.#byFingerprint.set(schema.fingerprint, declaration);
    this.#byText.set(text, declaration);
    return declaration;
  }

  /** Counts bytes that a connection keeps; false, and not counted, where there is no room for them. */
  hold(bytes: number): boolean {
    if (this.#bytes + bytes > DECLARATION_BYTES_MAX) return false;
    this.#bytes += bytes;
    return true;
  }

  /** A connection does not keep them any more. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}
