import { WeftError } from '@weft/base';
import { compilePatch, partitionOf, rowCodeOf, SLOTS, type AnyType, type RowValues } from '@weft/data';
import { patchObject, rowObject, updateOptions, writeOptions } from '../arguments.ts';
import { heldUnitsOf } from '../held-units.ts';
import { slotOfCall, type NamedCall } from '../idempotency/idempotency-id.ts';
import { checkSize, notWrites, writtenTwice } from '../transaction/atomic.ts';
import type { AtomicWrite, AtomicWrites } from '../transaction/transaction-api.ts';
import type { AskerParts } from './asker.ts';
import type { Link } from './link.ts';
import { plainPatch, plainRow } from './plain-row.ts';
import type { RemoteType } from './remote-type.ts';

const NAME = 'grid.atomic';

export interface RemoteAtomicRequest {
  readonly make: (b: AtomicWrites) => readonly AtomicWrite<unknown>[];
  readonly asker: AskerParts;
  /** Of the grid, over all hosts. */
  readonly partitions: number;
  readonly typeOf: (type: AnyType) => RemoteType;
  /** Where the batch names itself. */
  readonly named: NamedCall | undefined;
}

/** What one host is sent. */
export interface RemoteAtomicPlan {
  readonly link: Link;
  readonly writes: readonly (readonly unknown[])[];
  readonly types: readonly RemoteType[];
}

/** Checks the writes of `grid.atomic` and finds their host. Throws as `grid.atomic` does. */
export function planRemoteAtomic(request: RemoteAtomicRequest): RemoteAtomicPlan {
  const { make, asker, named } = request;
  const writes = listOf(request, make);
  checkSize(NAME, writes);
  const placed = writes.filter(({ slot }) => slot !== undefined);
  const [first] = placed;
  for (const other of placed)
    if (asker.linkOf(other.slot!) !== asker.linkOf(first!.slot!)) throw strays(request, first!, other);
  const slot = first?.slot ?? (named === undefined ? 0 : slotOfCall(named, SLOTS));
  return {
    link: asker.linkOf(slot),
    writes: writes.map(({ sent }) => sent),
    types: [...new Set(writes.map(({ type }) => type))],
  };
}

/** One write that was checked. */
class Planned {
  readonly type: RemoteType;
  /** Where its row is; undefined where that is for Weft to choose. */
  readonly slot: number | undefined;
  /** For messages. */
  readonly row: string;
  readonly units: number;
  readonly sent: readonly unknown[];

  constructor({ type, slot, row, units, sent }: Omit<Planned, never>) {
    this.type = type;
    this.slot = slot;
    this.row = row;
    this.units = units;
    this.sent = sent;
  }
}

function listOf({ typeOf }: RemoteAtomicRequest, make: RemoteAtomicRequest['make']): readonly Planned[] {
  if (typeof make !== 'function') throw notWrites(NAME);
  const writes = make(builder(typeOf)) as unknown;
  if (!Array.isArray(writes) || !writes.every((write) => write instanceof Planned)) throw notWrites(NAME);
  if (new Set(writes).size === writes.length) return writes;
  throw writtenTwice(NAME);
}

function builder(typeOf: RemoteAtomicRequest['typeOf']): AtomicWrites {
  const write = (declared: AnyType, row: object, options?: object): Planned => {
    const type = typeOf(declared);
    const { schema } = declared;
    const { keyCode } = type.form;
    const { onConflict, ttl } = writeOptions(declared, options);
    const values: RowValues = schema.columns.map(() => undefined);
    rowCodeOf(schema).stage(rowObject(declared, row), values);
    const routing = values[schema.routing];
    return new Planned({
      type,
      slot: routing === undefined ? undefined : keyCode.slotOfRouting(routing),
      row: `a row of ${declared.name}`,
      units: heldUnitsOf(schema)(values),
      sent: ['write', type.number, plainRow(schema, values), { onConflict, ttl }],
    });
  };
  const of = (declared: AnyType, key: unknown) => {
    const type = typeOf(declared);
    const { keyCode } = type.form;
    const checked = keyCode.check(key);
    const slot = keyCode.slotOf(checked);
    const row = `${declared.name} with ${keyCode.describe(checked)}`;
    return { type, key: keyCode.shown(checked), slot: slot < 0 ? undefined : slot, row };
  };
  const update = (declared: AnyType, key: unknown, patch: object, options?: object): Planned => {
    const { type, key: shown, slot, row } = of(declared, key);
    const how = updateOptions(declared, options);
    const changes = compilePatch(declared.schema)(patchObject(declared, patch));
    const values: RowValues = declared.schema.columns.map(() => undefined);
    for (const [at, ordinal] of changes.ordinals.entries()) values[ordinal] = changes.values[at];
    return new Planned({
      type,
      slot,
      row,
      units: heldUnitsOf(declared.schema)(values),
      sent: [
        'update',
        type.number,
        shown,
        plainPatch(declared.schema, changes),
        { ifVersion: how.ifVersion, ttl: how.ttl },
      ],
    });
  };
  const remove = (declared: AnyType, key: unknown): Planned => {
    const { type, key: shown, slot, row } = of(declared, key);
    return new Planned({ type, slot, row, units: 0, sent: ['delete', type.number, shown] });
  };
  return { write, update, delete: remove } as unknown as AtomicWrites;
}

function strays({ partitions }: RemoteAtomicRequest, first: Planned, other: Planned): WeftError {
  const partition = partitionOf(first.slot!, partitions);
  return new WeftError(
    'TRANSACTION_SPANS_PARTITIONS',
    `${NAME}: ${other.row} lies in partition ${partitionOf(other.slot!, partitions)}; the others are in partition ${partition}, where ${first.row} came first.`,
    {
      hint: 'Give rows that change together one routing value: declare a common column as routing of both types.',
      details: { first: first.row, other: other.row, partition },
    },
  );
}
