import { WeftError } from '@weft/base';

import { checkerOf, checkerOfKind, type Checker } from '../kind/check.ts';
import type { ColumnSchema, KindName } from '../type/schema.ts';
import { checkList, refuseAbsent } from './arguments.ts';
import { comparisonOf, membershipOf } from './comparison.ts';
import { Condition } from './condition.ts';
import { JsonPathRef } from './json-path-ref.ts';
import type { Comparison, TextMatch } from './predicate.ts';

const unordered: ReadonlySet<KindName> = new Set<KindName>(['json', 'array']);

/**
 * Stands for a column in a predicate builder. One class for all kinds: the types offer what a kind has, and a call that
 * got past them is refused here with PREDICATE_INVALID. Values are checked by the column's kind.
 */
export class ColumnRef {
  readonly #typeName: string;
  readonly #column: ColumnSchema;
  readonly #check: Checker;

  constructor(typeName: string, column: ColumnSchema) {
    this.#typeName = typeName;
    this.#column = column;
    this.#check = checkerOf(column, typeName);
  }

  eq(value: unknown): Condition {
    return this.#comparison('eq', value);
  }

  ne(value: unknown): Condition {
    return this.#comparison('ne', value);
  }

  lt(value: unknown): Condition {
    return this.#ordering('lt', value);
  }

  le(value: unknown): Condition {
    return this.#ordering('le', value);
  }

  gt(value: unknown): Condition {
    return this.#ordering('gt', value);
  }

  ge(value: unknown): Condition {
    return this.#ordering('ge', value);
  }

  between(low: unknown, high: unknown): Condition {
    return this.#ordering('ge', low).and(this.#ordering('le', high));
  }

  in(values: unknown): Condition {
    const list = checkList(values, this.#where);
    return new Condition(membershipOf(this.#column, list, (value) => this.#checked('in', value)));
  }

  isNull(): Condition {
    return new Condition({ op: 'isNull', column: this.#column.name });
  }

  isNotNull(): Condition {
    return this.isNull().not();
  }

  startsWith(text: string): Condition {
    return this.#textMatch('startsWith', text);
  }

  endsWith(text: string): Condition {
    return this.#textMatch('endsWith', text);
  }

  contains(text: string): Condition {
    return this.#textMatch('contains', text);
  }

  has(element: unknown): Condition {
    const { kind, name } = this.#column;
    if (kind.name !== 'array') throw this.#refusal('has');
    refuseAbsent('has', element, this.#where);
    return new Condition({ op: 'has', column: name, value: checkerOfKind(kind.element, this.#where)(element) });
  }

  at(...path: readonly unknown[]): JsonPathRef {
    if (this.#column.kind.name !== 'json') throw this.#refusal('at');
    return new JsonPathRef(this.#where, this.#column.name, []).at(...path);
  }

  get #where(): string {
    return `${this.#typeName}.${this.#column.name}`;
  }

  #comparison(op: Comparison['op'], value: unknown): Condition {
    return new Condition(comparisonOf(this.#column, op, value, (given) => this.#checked(op, given)));
  }

  #ordering(op: Comparison['op'], value: unknown): Condition {
    if (unordered.has(this.#column.kind.name)) throw this.#refusal(op);
    return this.#comparison(op, value);
  }

  #textMatch(op: TextMatch['op'], text: unknown): Condition {
    if (this.#column.kind.name !== 'string') throw this.#refusal(op);
    return new Condition({ op, column: this.#column.name, value: this.#checked(op, text) as string });
  }

  #checked(op: string, value: unknown): unknown {
    refuseAbsent(op, value, this.#where);
    return this.#check(value);
  }

  #refusal(op: string): WeftError<'PREDICATE_INVALID'> {
    return new WeftError(
      'PREDICATE_INVALID',
      `${this.#where}: a column of kind ${this.#column.kind.name} has no ${op}().`,
    );
  }
}
