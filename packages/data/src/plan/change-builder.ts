import { WeftError } from '@weft/base';

import { checkerOfKind } from '../kind/check.ts';
import { checkPath } from '../predicate/json-path.ts';
import type { JsonPath } from '../predicate/predicate.ts';
import { checkedValue } from '../type/checked.ts';
import { requireColumn } from '../type/lookup.ts';
import { shown } from '../type/refusal.ts';
import type { ColumnSchema, KindName, TypeSchema } from '../type/schema.ts';
import { changeableColumn, refuseMissing } from './changeable.ts';
import type { Mutation } from './plan.ts';

const numeric: readonly KindName[] = ['int16', 'int32', 'int64', 'float32', 'float64', 'decimal'];

/**
 * The steps that a change builder's lambda asks for, checked.
 * Throws COLUMN_UNKNOWN, PREDICATE_INVALID, ROUTING_IMMUTABLE, VALUE_MISSING, VALUE_INVALID, VALUE_OUT_OF_RANGE or
 * VALUE_TOO_LARGE.
 */
export function resolveChange(schema: TypeSchema, build: unknown): Mutation[] {
  if (typeof build !== 'function') {
    throw invalid(schema.name, `a change is a builder such as c => c.set('column', value), not ${shown(build)}`);
  }
  const builder = new ChangeBuilder(schema);
  const built: unknown = build(builder);
  if (built === builder) return builder.mutations;
  throw invalid(schema.name, `a change builder must return its argument's chain, as c => c.set('column', value) does`);
}

/** Gathers mutations. One class for all types: what the static types do not offer is refused here. */
class ChangeBuilder {
  readonly mutations: Mutation[] = [];
  readonly #schema: TypeSchema;

  constructor(schema: TypeSchema) {
    this.#schema = schema;
  }

  set(name: unknown, value: unknown): this {
    const column = this.#column(name, 'set');
    if (value === undefined || value === null) {
      throw new WeftError(
        'VALUE_INVALID',
        `${this.#where(column)}: set(${String(value)}) gives no value; use unset('${column.name}') for absence.`,
      );
    }
    return this.#add({ op: 'set', column: column.name, value: checkedValue(this.#schema, column, value) });
  }

  unset(name: unknown): this {
    const column = this.#column(name, 'unset');
    refuseMissing(this.#schema, column);
    return this.#add({ op: 'unset', column: column.name });
  }

  inc(name: unknown, by: unknown): this {
    const column = this.#column(name, 'inc', numeric);
    return this.#add({ op: 'inc', column: column.name, value: checkedValue(this.#schema, column, by) });
  }

  push(name: unknown, ...elements: readonly unknown[]): this {
    const column = this.#column(name, 'push', ['array']);
    const values = elements.map((element) => this.#element(column, element));
    return this.#add({ op: 'push', column: column.name, values });
  }

  pull(name: unknown, element: unknown): this {
    const column = this.#column(name, 'pull', ['array']);
    return this.#add({ op: 'pull', column: column.name, value: this.#element(column, element) });
  }

  at(name: unknown, ...steps: readonly unknown[]): JsonChangeBuilder {
    const column = this.#column(name, 'at', ['json']);
    const path = checkPath(steps, this.#where(column));
    return new JsonChangeBuilder((mutation) => this.#add(mutation), this.#where(column), column.name, path);
  }

  #add(mutation: Mutation): this {
    this.mutations.push(mutation);
    return this;
  }

  #column(name: unknown, op: string, kinds?: readonly KindName[]): ColumnSchema {
    const column = changeableColumn(this.#schema, requireColumn(this.#schema, name, 'a change'));
    if (kinds === undefined || kinds.includes(column.kind.name)) return column;
    throw invalid(this.#where(column), `a column of kind ${column.kind.name} has no ${op}()`);
  }

  #element(column: ColumnSchema, element: unknown): unknown {
    const { kind } = column;
    if (kind.name !== 'array') throw invalid(this.#where(column), 'is not a list');
    return checkerOfKind(kind.element, this.#where(column))(element);
  }

  #where(column: ColumnSchema): string {
    return `${this.#schema.name}.${column.name}`;
  }
}

/** One place inside a json column. */
class JsonChangeBuilder {
  readonly #add: (mutation: Mutation) => ChangeBuilder;
  readonly #where: string;
  readonly #place: { readonly column: string; readonly path: JsonPath };

  constructor(add: (mutation: Mutation) => ChangeBuilder, where: string, column: string, path: JsonPath) {
    this.#add = add;
    this.#where = `${where} at ${path.join('.')}`;
    this.#place = { column, path };
  }

  set(value: unknown): ChangeBuilder {
    return this.#add({ op: 'set', ...this.#place, value: this.#checked(value) });
  }

  unset(): ChangeBuilder {
    return this.#add({ op: 'unset', ...this.#place });
  }

  inc(by: unknown): ChangeBuilder {
    if (typeof by === 'number' && Number.isFinite(by)) return this.#add({ op: 'inc', ...this.#place, value: by });
    throw new WeftError('VALUE_INVALID', `${this.#where}: inc() takes a finite number, got ${typeof by}.`);
  }

  push(...elements: readonly unknown[]): ChangeBuilder {
    return this.#add({ op: 'push', ...this.#place, values: elements.map((element) => this.#checked(element)) });
  }

  #checked(value: unknown): unknown {
    return checkerOfKind({ name: 'json' }, this.#where)(value);
  }
}

function invalid(where: string, why: string): WeftError<'PREDICATE_INVALID'> {
  return new WeftError('PREDICATE_INVALID', `${where}: ${why}.`);
}
