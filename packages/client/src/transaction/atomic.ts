import { WeftError } from '@weft/base';
import { expiryOf, type AnyType, type RowValues } from '@weft/data';
import { patchObject, rowObject, updateOptions, writeOptions } from '../arguments.ts';
import { heldUnitsOf } from '../held-units.ts';
import type { Router } from '../router.ts';
import { copyValue, copyValues } from './copy-value.ts';
import type { HeldWrite } from './held-write.ts';
import type { HomePartition } from './home-partition.ts';
import type { AtomicWrite, AtomicWrites } from './transaction-api.ts';
import { TRANSACTION_UNITS_MAX, TRANSACTION_WRITES_MAX, transactionTooLarge } from './transaction-limits.ts';

/**
 * Checks the writes of `grid.atomic` and finds their one partition. Rows whose place is for Weft to choose go where the others are.
 */
export function planAtomic(
  home: HomePartition,
  make: (b: AtomicWrites) => readonly AtomicWrite<unknown>[],
  routerOf: (type: AnyType) => Router,
): { readonly writes: HeldWrite[]; readonly asked: unknown } {
  const { name } = home;
  const writes = listOf(name, make, routerOf);
  checkSize(name, writes);
  const placed = new Map<Planned, HeldWrite>();
  for (const write of writes.filter((planned) => !planned.isFree)) placed.set(write, write.place(home));
  for (const write of writes.filter((planned) => planned.isFree)) placed.set(write, write.place(home));
  return { writes: writes.map((write) => placed.get(write)!), asked: writes.map(({ asked }) => asked) };
}

/** One write that was checked. */
class Planned {
  /** Whether Weft may choose the partition. */
  readonly isFree: boolean;
  readonly units: number;
  /** As plain data, what Weft adds left out: equal for the same write. */
  readonly asked: unknown;
  readonly place: (home: HomePartition) => HeldWrite;

  constructor({ units, isFree, asked, place }: Omit<Planned, never>) {
    this.units = units;
    this.isFree = isFree;
    this.asked = asked;
    this.place = place;
  }
}

function listOf(
  name: string,
  make: (b: AtomicWrites) => readonly AtomicWrite<unknown>[],
  routerOf: (type: AnyType) => Router,
): readonly Planned[] {
  if (typeof make !== 'function') throw notWrites(name);
  const writes = make(builder(name, routerOf)) as unknown;
  if (!Array.isArray(writes) || !writes.every((write) => write instanceof Planned)) throw notWrites(name);
  if (new Set(writes).size === writes.length) return writes;
  throw writtenTwice(name);
}

export function writtenTwice(name: string): WeftError {
  return new WeftError('OPTION_INVALID', `${name}: one write is named twice; make two of it.`);
}

export function notWrites(name: string): WeftError {
  return new WeftError(
    'OPTION_INVALID',
    `${name} takes a function that returns an array of writes: (b) => [b.write(Type, row), b.delete(Type, key)].`,
  );
}

/** Throws TRANSACTION_TOO_LARGE. */
export function checkSize(name: string, writes: readonly { readonly units: number }[]): void {
  if (writes.length > TRANSACTION_WRITES_MAX)
    throw transactionTooLarge(name, `a batch takes TRANSACTION_WRITES_MAX, ${TRANSACTION_WRITES_MAX}, writes at most`);
  if (writes.reduce((sum, { units }) => sum + units, 0) > TRANSACTION_UNITS_MAX)
    throw transactionTooLarge(
      name,
      `a batch takes values of TRANSACTION_UNITS_MAX, ${TRANSACTION_UNITS_MAX}, characters and bytes at most`,
    );
}

function builder(name: string, routerOf: (type: AnyType) => Router): AtomicWrites {
  const write = (type: AnyType, row: object, options?: object): Planned => {
    const router = routerOf(type);
    const { onConflict, ttl } = writeOptions(type, options);
    const values = copyValues(router.check(rowObject(type, row), ttl));
    const isFree = router.placer.isFree(values);
    const place = (home: HomePartition): HeldWrite => {
      const slot = router.placer.place(values, home.suits(router));
      const source = router.sourceOf(slot);
      home.enterKey(router, source, router.keyCode.of(values));
      return { kind: 'write', router, source, values, slot, onConflict };
    };
    const asked = ['write', type.name, copyValues(withoutExpiry(router, values)), onConflict, ttl];
    return new Planned({ units: heldUnitsOf(router.schema)(values), isFree, asked, place });
  };
  const update = (type: AnyType, key: unknown, patch: object, options?: object): Planned => {
    const router = routerOf(type);
    const { ifVersion, ttl } = updateOptions(type, options);
    const checked = copyValue(router.keyCode.check(key));
    const { ordinals, values } = router.patch(patchObject(type, patch), ttl);
    const copied = copyValues(values);
    const patched = { ordinals, values: copied };
    return new Planned({
      units: unitsOfPatch(router, ordinals, copied),
      isFree: false,
      asked: ['update', type.name, checked, ordinals, withoutExpiry(router, copied, ordinals), ifVersion, ttl],
      place: (home) => ({
        kind: 'update',
        router,
        source: enter(router, home, checked),
        key: checked,
        patch: patched,
        ifVersion,
      }),
    });
  };
  const remove = (type: AnyType, key: unknown): Planned => {
    const router = routerOf(type);
    const checked = copyValue(router.keyCode.check(key));
    return new Planned({
      units: 0,
      isFree: false,
      asked: ['delete', type.name, checked],
      place: (home) => ({ kind: 'delete', router, source: enter(router, home, checked), key: checked }),
    });
  };
  const enter = (router: Router, home: HomePartition, key: unknown): HeldWrite['source'] => {
    const source = router.sourceOfKey(key);
    if (source === undefined)
      throw new WeftError(
        'KEY_INVALID',
        `${name}: ${router.schema.name} with ${router.keyCode.describe(key)} cannot exist: ids of this type are generated.`,
      );
    home.enterKey(router, source, key);
    return source;
  };
  return { write, update, delete: remove } as unknown as AtomicWrites;
}

/** The moment at which a row expires is another one when the call is repeated. */
function withoutExpiry({ schema }: Router, values: readonly unknown[], ordinals?: readonly number[]): unknown[] {
  const expiry = expiryOf(schema);
  return values.map((value, at) => ((ordinals?.[at] ?? at) === expiry ? undefined : value));
}

function unitsOfPatch({ schema }: Router, ordinals: readonly number[], patch: readonly unknown[]): number {
  const values: RowValues = schema.columns.map(() => undefined);
  for (const [at, ordinal] of ordinals.entries()) values[ordinal] = patch[at];
  return heldUnitsOf(schema)(values);
}
