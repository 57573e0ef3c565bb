import { WeftError } from '@weft/base';

import { shown } from '../type/refusal.ts';
import { checkList, refuseAbsent } from './arguments.ts';
import { Condition } from './condition.ts';
import { checkPath } from './json-path.ts';
import type { Comparison, JsonPath, TextMatch } from './predicate.ts';

/** Stands for a value inside a json column. Compares with strings, finite numbers and booleans. */
export class JsonPathRef {
  readonly #column: string;
  readonly #root: string;
  readonly #path: JsonPath;

  /** `root` is type and column, for messages. */
  constructor(root: string, column: string, path: JsonPath) {
    this.#root = root;
    this.#column = column;
    this.#path = path;
  }

  at(...path: readonly unknown[]): JsonPathRef {
    return new JsonPathRef(this.#root, this.#column, checkPath([...this.#path, ...path], this.#root));
  }

  eq(value: unknown): Condition {
    return this.#comparison('eq', value);
  }

  ne(value: unknown): Condition {
    return this.#comparison('ne', value);
  }

  lt(value: unknown): Condition {
    return this.#comparison('lt', value);
  }

  le(value: unknown): Condition {
    return this.#comparison('le', value);
  }

  gt(value: unknown): Condition {
    return this.#comparison('gt', value);
  }

  ge(value: unknown): Condition {
    return this.#comparison('ge', value);
  }

  between(low: unknown, high: unknown): Condition {
    return this.ge(low).and(this.le(high));
  }

  in(values: unknown): Condition {
    const list = checkList(values, this.#where);
    return new Condition({ op: 'in', ...this.#place, values: list.map((value) => this.#checked('in', value)) });
  }

  isNull(): Condition {
    return new Condition({ op: 'isNull', ...this.#place });
  }

  isNotNull(): Condition {
    return this.isNull().not();
  }

  startsWith(text: unknown): Condition {
    return this.#textMatch('startsWith', text);
  }

  endsWith(text: unknown): Condition {
    return this.#textMatch('endsWith', text);
  }

  contains(text: unknown): Condition {
    return this.#textMatch('contains', text);
  }

  get #place(): { readonly column: string; readonly path: JsonPath } {
    return { column: this.#column, path: this.#path };
  }

  get #where(): string {
    return `${this.#root} at ${this.#path.join('.')}`;
  }

  #comparison(op: Comparison['op'], value: unknown): Condition {
    return new Condition({ op, ...this.#place, value: this.#checked(op, value) });
  }

  #textMatch(op: TextMatch['op'], text: unknown): Condition {
    if (typeof text !== 'string') throw this.#refusal(op, text, 'a string');
    return new Condition({ op, ...this.#place, value: this.#checked(op, text) as string });
  }

  #checked(op: string, value: unknown): unknown {
    refuseAbsent(op, value, this.#where);
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string' && value.isWellFormed()) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
    throw this.#refusal(op, value, 'a well-formed string, a finite number or a boolean');
  }

  #refusal(op: string, value: unknown, expected: string): WeftError<'VALUE_INVALID'> {
    const got = typeof value === 'object' ? shown(value) : typeof value;
    return new WeftError('VALUE_INVALID', `${this.#where}: ${op}() takes ${expected}, got ${got}.`);
  }
}
