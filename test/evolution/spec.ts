/** Random small declarations, and random changes between them. Names are never used twice. */
import { defineType, t, type AnyType } from '@weft/data';

export type KindName = 'int16' | 'int32' | 'int64' | 'float32' | 'float64' | 'string' | 'bool' | 'enum';

/** A column of a declaration. The one of the next declaration that goes on from it has its `uid`. */
export interface ColumnSpec {
  readonly uid: number;
  readonly name: string;
  readonly kind: KindName;
  /** Members of an enum. */
  readonly members: number;
  readonly optional: boolean;
  readonly default?: unknown;
  readonly index?: 'hash' | 'ordered';
  readonly from?: string;
}

export interface TypeSpec {
  readonly columns: readonly ColumnSpec[];
  readonly ttl: boolean;
  readonly type: AnyType;
}

/** One random change: what it is, and which of what there is it takes. */
export interface Change {
  readonly what: (typeof changeNames)[number];
  readonly pick: number;
  readonly kind: number;
}

export const changeNames = [
  'add optional',
  'add default',
  'drop',
  'rename',
  'widen',
  'grow',
  'optional',
  'index',
  'default',
  'ttl',
  'turn',
] as const;

const kinds: readonly KindName[] = ['int16', 'int32', 'int64', 'float32', 'float64', 'string', 'bool', 'enum'];
const members = ['x', 'y', 'z', 'w'];

/** A few values of each kind, most of them near the end of a narrower one. */
export function valueOf({ kind, members: count }: ColumnSpec, pick: number): unknown {
  const values: Readonly<Record<KindName, readonly unknown[]>> = {
    int16: [0, 1, -1, 32_767],
    int32: [0, 1, 40_000, 2 ** 31 - 1],
    int64: [0n, 1n, 40_000n, 2n ** 31n],
    float32: [0, 0.5, Math.fround(0.1), 2 ** 127],
    float64: [0, 0.5, 0.1, 1e300],
    string: ['', 'p', 'q', 'ü'],
    bool: [true, false],
    enum: members.slice(0, count),
  };
  const list = values[kind];
  return list[pick % list.length];
}

let uids = 0;

/** The first declaration: a column of each of these kinds. */
export function firstSpec(picks: readonly number[]): TypeSpec {
  return specOf(
    picks.map((pick, at) => ({ ...newColumn(pick), optional: at % 3 === 2, ...(at % 3 === 1 ? indexed : {}) })),
    false,
  );
}

const indexed = { index: 'ordered' } as const;

/** A declaration that stored rows may go over to. */
export function changed(spec: TypeSpec, changes: readonly Change[]): TypeSpec {
  // What a column came from is of the step before; and a column that is new in this step stays as it is.
  let columns: readonly ColumnSpec[] = spec.columns.map(({ from: _, ...column }) => column);
  let { ttl } = spec;
  const stored = new Set(columns.map(({ uid }) => uid));
  for (const change of changes) {
    if (change.what === 'ttl') ttl = !ttl;
    else if (change.what === 'turn') columns = columns.toReversed();
    else columns = changedColumns(columns, change, stored);
  }
  return specOf(columns, ttl);
}

function changedColumns(
  columns: readonly ColumnSpec[],
  { what, pick, kind }: Change,
  stored: ReadonlySet<number>,
): readonly ColumnSpec[] {
  if (what === 'add optional') return [...columns, { ...newColumn(kind), optional: true }];
  if (what === 'add default') return [...columns, withDefault(newColumn(kind), pick)];
  const column = columns[pick % Math.max(columns.length, 1)];
  if (column === undefined || !stored.has(column.uid)) return columns;
  if (what === 'drop') return columns.filter((other) => other !== column);
  return columns.map((other) => (other === column ? { ...column, ...partOf(column, what, pick, kind) } : other));
}

function partOf(column: ColumnSpec, what: Change['what'], pick: number, kind: number): Partial<ColumnSpec> {
  switch (what) {
    case 'rename':
      return column.from === undefined ? { name: `c${uids++}`, from: column.name } : {};
    case 'widen':
      return widened(column, kind);
    case 'grow':
      return column.kind === 'enum' ? { members: Math.min(members.length, column.members + 1) } : {};
    case 'optional':
      return { optional: true };
    case 'index':
      return column.index === undefined
        ? { index: kind % 2 === 0 ? 'hash' : 'ordered' }
        : { index: undefined as never };
    case 'default':
      return { default: valueOf(column, pick) };
    default:
      return {};
  }
}

function widened(column: ColumnSpec, pick: number): Partial<ColumnSpec> {
  const wider = { int16: ['int32', 'int64'], int32: ['int64'], float32: ['float64'] } as const;
  if (!(column.kind in wider)) return {};
  const kindsOf = wider[column.kind as keyof typeof wider];
  const kind = kindsOf[pick % kindsOf.length]!;
  const value = column.default;
  if (value === undefined) return { kind };
  return { kind, default: kind === 'int64' ? BigInt(value as number) : value };
}

function newColumn(pick: number): ColumnSpec {
  const uid = uids++;
  return { uid, name: `c${uid}`, kind: kinds[pick % kinds.length]!, members: 2, optional: false };
}

function withDefault(column: ColumnSpec, pick: number): ColumnSpec {
  return { ...column, default: valueOf(column, pick) };
}

function specOf(columns: readonly ColumnSpec[], ttl: boolean): TypeSpec {
  const declared = Object.fromEntries(columns.map((column) => [column.name, builderOf(column)]));
  const options = { key: 'id', ...(ttl ? { ttl: '1d' } : {}) } as const;
  return { columns, ttl, type: defineType('Subject', { id: t.int32(), ...declared } as never, options as never) };
}

interface AnyBuilder {
  optional(): AnyBuilder;
  default(value: unknown): AnyBuilder;
  index(kind: 'hash' | 'ordered'): AnyBuilder;
  from(name: string): AnyBuilder;
}

function builderOf(column: ColumnSpec): AnyBuilder {
  let made = (column.kind === 'enum'
    ? t.enum(members.slice(0, column.members))
    : t[column.kind]()) as unknown as AnyBuilder;
  if (column.optional) made = made.optional();
  if (column.default !== undefined) made = made.default(column.default);
  if (column.index !== undefined) made = made.index(column.index);
  return column.from === undefined ? made : made.from(column.from);
}
