import type { ColumnSchema, Kind } from '@weft/data';
import { Decimal } from '@weft/data';
import type { Path } from './condition.ts';
import { ModelError } from './model-error.ts';
import { normal, textOf } from './values.ts';

/** One step of a change as plain data. */
export type Step =
  | { readonly op: 'set'; readonly column: string; readonly path?: Path; readonly value: unknown }
  | { readonly op: 'inc'; readonly column: string; readonly path?: Path; readonly by: unknown }
  | { readonly op: 'push'; readonly column: string; readonly path?: Path; readonly elements: readonly unknown[] }
  | { readonly op: 'pull'; readonly column: string; readonly value: unknown }
  | { readonly op: 'unset'; readonly column: string; readonly path?: Path };

type Row = Readonly<Record<string, unknown>>;
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What `change` takes for steps. */
export function changeOf(steps: readonly Step[]): (builder: unknown) => unknown {
  return (builder) => steps.reduce((chain, step) => addTo(chain as Chain, step), builder);
}

/** The row after the steps. Throws a ModelError; the row is then as it was. */
export function changed(columns: readonly ColumnSchema[], row: Row, steps: readonly Step[]): Row {
  const next: Record<string, unknown> = { ...row };
  for (const step of steps) {
    const { kind } = columns.find(({ name }) => name === step.column)!;
    const path = 'path' in step ? step.path : undefined;
    next[step.column] =
      path === undefined ? changedValue(kind, next[step.column], step) : changedJson(next[step.column], path, step);
  }
  return next;
}

function changedValue(kind: Kind, value: unknown, step: Step): unknown {
  switch (step.op) {
    case 'set':
      return normal(kind, step.value);
    case 'unset':
      return undefined;
    case 'inc':
      return increased(kind, value, step.by);
    case 'push':
      return [...((value as unknown[] | undefined) ?? []), ...(normal(kind, step.elements) as unknown[])];
    case 'pull': {
      const [sought] = normal(kind, [step.value]) as [unknown];
      return (value as unknown[] | undefined)?.filter((element) => textOf(element) !== textOf(sought));
    }
  }
}

function increased(kind: Kind, value: unknown, by: unknown): unknown {
  if (kind.name === 'int64') return bounded(BigInt((value as bigint | undefined) ?? 0n) + (by as bigint), 2n ** 63n);
  if (kind.name === 'decimal') {
    const sum = ((value as Decimal | undefined)?.unscaled ?? 0n) + (normal(kind, by) as Decimal).unscaled;
    return new Decimal(bounded(sum, 10n ** BigInt(kind.precision), true), kind.scale);
  }
  if (kind.name === 'float32' || kind.name === 'float64') {
    const sum = normal(kind, ((value as number | undefined) ?? 0) + (normal(kind, by) as number)) as number;
    if (!Number.isFinite(sum)) throw new ModelError('NUMERIC_OVERFLOW');
    return sum;
  }
  return Number(
    bounded(
      BigInt((value as number | undefined) ?? 0) + BigInt(by as number),
      kind.name === 'int16' ? 2n ** 15n : 2n ** 31n,
    ),
  );
}

/** `value` where −limit ≤ value < limit (or −limit < value, where the range is symmetric). */
function bounded(value: bigint, limit: bigint, isSymmetric = false): bigint {
  if (value >= limit || value < -limit || (isSymmetric && value === -limit)) throw new ModelError('NUMERIC_OVERFLOW');
  return value;
}

/** A json value with a step taken at a path: objects on the way are made where there is nothing, all else in the way is an error. */
function changedJson(value: unknown, path: Path, step: Step): unknown {
  if (step.op === 'unset') return value === undefined ? undefined : withoutJson(value as Json, path);
  return withJson((value ?? {}) as Json, path, (held) => {
    if (step.op === 'set') return normal({ name: 'json' }, step.value) as Json;
    if (step.op === 'inc') {
      if (held !== undefined && typeof held !== 'number') throw misfit();
      const sum = (held ?? 0) + (step.by as number);
      if (!Number.isFinite(sum)) throw new ModelError('NUMERIC_OVERFLOW');
      return sum + 0;
    }
    if (held !== undefined && !Array.isArray(held)) throw misfit();
    return [...((held as Json[] | undefined) ?? []), ...((step.op === 'push' ? step.elements : []) as Json[])];
  });
}

function withJson(holder: Json, path: Path, change: (held: Json | undefined) => Json): Json {
  const [at, ...rest] = path as [string | number, ...Path];
  const held = member(holder, at);
  if (Array.isArray(holder) && (typeof at !== 'number' || at > holder.length)) {
    // What is below may be in error too, with the same code.
    throw misfit();
  }
  const made = rest.length === 0 ? change(held) : withJson(held ?? {}, rest, change);
  if (Array.isArray(holder)) return [...holder.slice(0, at as number), made, ...holder.slice((at as number) + 1)];
  return { ...(holder as object), [at]: made };
}

function withoutJson(holder: Json, path: Path): Json {
  const [at, ...rest] = path as [string | number, ...Path];
  const held = member(holder, at);
  if (rest.length > 0) {
    if (held === undefined || held === null) return holder;
    const made = withoutJson(held, rest);
    return Array.isArray(holder)
      ? holder.map((element, index) => (index === at ? made : element))
      : { ...(holder as object), [at]: made };
  }
  if (Array.isArray(holder)) return holder.filter((_, index) => index !== at);
  return Object.fromEntries(Object.entries(holder as object).filter(([name]) => name !== String(at)));
}

function member(holder: Json, step: string | number): Json | undefined {
  if (Array.isArray(holder)) return typeof step === 'number' ? holder[step] : undefined;
  if (typeof holder !== 'object' || holder === null) throw misfit();
  return Object.hasOwn(holder, step) ? holder[String(step)] : undefined;
}

function misfit(): ModelError {
  return new ModelError('PREDICATE_INVALID');
}

interface Chain {
  set(column: string, value: unknown): Chain;
  unset(column: string): Chain;
  inc(column: string, by: unknown): Chain;
  push(column: string, ...elements: readonly unknown[]): Chain;
  pull(column: string, element: unknown): Chain;
  at(column: string, ...path: Path): JsonChain;
}

interface JsonChain {
  set(value: unknown): Chain;
  unset(): Chain;
  inc(by: unknown): Chain;
  push(...elements: readonly unknown[]): Chain;
}

function addTo(chain: Chain, step: Step): Chain {
  if ('path' in step && step.path !== undefined) {
    const place = chain.at(step.column, ...step.path);
    if (step.op === 'set') return place.set(step.value);
    if (step.op === 'unset') return place.unset();
    return step.op === 'inc' ? place.inc(step.by) : place.push(...step.elements);
  }
  switch (step.op) {
    case 'set':
      return chain.set(step.column, step.value);
    case 'unset':
      return chain.unset(step.column);
    case 'inc':
      return chain.inc(step.column, step.by);
    case 'push':
      return chain.push(step.column, ...step.elements);
    case 'pull':
      return chain.pull(step.column, step.value);
  }
}
