/** A table of the present declaration, as other declarations see it, in the plainest way. */
import type { ColumnSpec, TypeSpec } from './spec.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What a declaration cannot show. */
export class Outdated extends Error {}
export class Overflow extends Error {}

/** A test of one column, as a question puts it. */
export interface Leaf {
  readonly column: ColumnSpec;
  readonly op: 'eq' | 'lt' | 'ge' | 'isNull';
  readonly value: unknown;
  readonly not: boolean;
}

export interface Question {
  readonly join: 'and' | 'or';
  readonly leaves: readonly Leaf[];
}

export class Model {
  spec: TypeSpec;
  /** By key; values by the uid of the column. */
  rows = new Map<number, Map<number, unknown>>();

  constructor(spec: TypeSpec) {
    this.spec = spec;
  }

  /** Whether stored rows may go over to a declaration that was stored before. */
  canGoTo(to: TypeSpec): boolean {
    return to.columns.every((column) => {
      const now = this.#now(column);
      if (now === undefined) return column.from === undefined && (column.optional || column.default !== undefined);
      return (
        (now.kind === column.kind || rank(now) < rank(column)) &&
        now.members <= column.members &&
        (column.optional || !now.optional)
      );
    });
  }

  goTo(to: TypeSpec): void {
    for (const [id, row] of this.rows) {
      const values = to.columns.map((column): [number, unknown] => {
        const now = this.#now(column);
        const value = now === undefined ? column.default : stored(row.get(column.uid), column);
        return [column.uid, value];
      });
      this.rows.set(id, new Map(values));
    }
    this.spec = to;
  }

  /** The row as a declaration sees it; only these columns if given. */
  view(spec: TypeSpec, id: number, names?: readonly string[]): Row {
    const row = this.rows.get(id)!;
    const columns = spec.columns.filter(({ name }) => names === undefined || names.includes(name));
    const isKeyed = names === undefined || names.includes('id');
    const shown = columns.map((column) => [column.name, this.#shown(column, row)] as const);
    return Object.fromEntries(isKeyed ? [['id', id], ...shown] : shown) as Row;
  }

  write(spec: TypeSpec, id: number, given: Row): Row {
    this.#requireShown(spec);
    const before = this.rows.get(id);
    const row = new Map<number, unknown>();
    for (const now of this.spec.columns) {
      const column = spec.columns.find(({ uid }) => uid === now.uid);
      if (column === undefined) row.set(now.uid, before === undefined ? now.default : before.get(now.uid));
      else row.set(now.uid, stored(given[column.name] ?? column.default, now));
    }
    this.rows.set(id, row);
    return this.view(spec, id);
  }

  update(spec: TypeSpec, id: number, patch: Row): Row | undefined {
    const before = this.rows.get(id);
    if (before === undefined) return undefined;
    this.rows.set(id, this.#patched(spec, before, patch));
    try {
      return this.view(spec, id);
    } catch (error) {
      this.rows.set(id, before);
      throw error;
    }
  }

  /** Sets one column, or adds 1 to it, in all rows that match. */
  change(spec: TypeSpec, question: Question, column: ColumnSpec, value: unknown): number {
    const now = this.#now(column);
    if (now === undefined) this.#shown(column, new Map());
    const ids = this.matching(question);
    for (const id of ids) {
      const row = this.rows.get(id)!;
      if (now === undefined) continue;
      if (value !== undefined) this.rows.set(id, this.#patched(spec, row, { [column.name]: value }));
      else row.set(now.uid, incremented(row.get(now.uid), now));
    }
    return ids.length;
  }

  matching({ join, leaves }: Question): number[] {
    // A column that is lost is an error whatever the rows are.
    for (const { column } of leaves) if (this.#now(column) === undefined) this.#shown(column, new Map());
    const ids = [...this.rows.keys()].toSorted((a, b) => a - b);
    return ids.filter((id) => {
      const answers = leaves.map((leaf) => this.#holds(leaf, this.rows.get(id)!));
      return join === 'and'
        ? answers.every((answer) => answer === true)
        : answers.includes(true) || answers.length === 0;
    });
  }

  #holds({ column, op, value, not }: Leaf, row: Map<number, unknown>): boolean | undefined {
    const now = this.#now(column);
    const held = now === undefined ? this.#shown(column, row) : row.get(now.uid);
    if (op === 'isNull') return (held === undefined) !== not;
    if (held === undefined) return undefined;
    const order = compare(held, value, now ?? column, column);
    const holds = op === 'eq' ? order === 0 : op === 'lt' ? order < 0 : order >= 0;
    return holds !== not;
  }

  #patched(spec: TypeSpec, row: Map<number, unknown>, patch: Row): Map<number, unknown> {
    const after = new Map(row);
    for (const column of spec.columns) {
      const now = this.#now(column);
      const value = patch[column.name];
      if (now === undefined || value === undefined) continue;
      after.set(now.uid, value === null ? undefined : stored(value, now));
    }
    return after;
  }

  #requireShown(spec: TypeSpec): void {
    for (const column of spec.columns) if (this.#now(column) === undefined) this.#shown(column, new Map());
  }

  #now({ uid }: ColumnSpec): ColumnSpec | undefined {
    return this.spec.columns.find((column) => column.uid === uid);
  }

  #shown(column: ColumnSpec, row: Map<number, unknown>): unknown {
    const value = row.get(column.uid);
    if (this.#now(column) === undefined) {
      if (column.optional) return undefined;
      if (column.default !== undefined) return column.default;
      throw new Outdated();
    }
    if (value === undefined) {
      if (column.optional) return undefined;
      throw new Outdated();
    }
    return seen(value, column);
  }
}

/** What an older column sees of a stored value. */
function seen(value: unknown, { kind, members }: ColumnSpec): unknown {
  if (kind === 'int16' || kind === 'int32') {
    const limit = kind === 'int16' ? 2 ** 15 : 2 ** 31;
    if (Number(value) >= limit || Number(value) < -limit) throw new Outdated();
    return Number(value);
  }
  if (kind === 'float32') {
    if (!Number.isFinite(Math.fround(value as number))) throw new Outdated();
    return Math.fround(value as number);
  }
  if (kind === 'enum' && position(value) >= members) throw new Outdated();
  return value;
}

function stored(value: unknown, { kind }: ColumnSpec): unknown {
  return value !== undefined && kind === 'int64' ? BigInt(value as number) : value;
}

function incremented(value: unknown, { kind }: ColumnSpec): unknown {
  const sum = BigInt((value ?? 0) as number) + 1n;
  const bits = kind === 'int16' ? 16 : kind === 'int32' ? 32 : 64;
  if (BigInt.asIntN(bits, sum) !== sum) throw new Overflow();
  return kind === 'int64' ? sum : Number(sum);
}

function compare(held: unknown, value: unknown, now: ColumnSpec, column: ColumnSpec): number {
  if (now.kind === 'enum') return position(held) - position(value);
  if (column.kind === 'float32') return order(Math.fround(held as number), value as number);
  if (now.kind === 'int64') return order(BigInt(held as bigint), BigInt(value as number));
  return order(held as string, value as string);
}

function order<T>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function position(member: unknown): number {
  return ['x', 'y', 'z', 'w'].indexOf(member as string);
}

function rank({ kind }: ColumnSpec): number {
  const ranks: Readonly<Record<string, number>> = { int16: 1, int32: 2, int64: 3, float32: 11, float64: 12 };
  return ranks[kind] ?? NaN;
}
