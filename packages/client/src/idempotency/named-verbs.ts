import { WeftError } from '@weft/base';
import {
  checkOptionNames,
  conjunctsOf,
  isVisible,
  resolveChange,
  resolveTarget,
  SLOTS,
  type AnyType,
  type Key,
  type Predicate,
  type RowValues,
  type Source,
} from '@weft/data';
import { patchObject, rowObject } from '../arguments.ts';
import type { Router } from '../router.ts';
import { namedCall, once, slotOfCall, type IdempotencyOption, type NamedCall } from './idempotency-id.ts';

type Options = IdempotencyOption & { readonly signal?: unknown; readonly timeout?: unknown };

/**
 * The verbs of one row whose calls name themselves: each finds the partition of its row and does it there once. `undefined` where a call has
 * no idempotency id; `run` does it, with the options that are left.
 */
export class NamedVerbs {
  readonly #type: AnyType;
  readonly #router: Router;

  constructor(type: AnyType, router: Router) {
    this.#type = type;
    this.#router = router;
  }

  write(row: object, options: Options | undefined, run: (rest: object) => object): object | undefined {
    const named = this.#named('write', options);
    if (named === undefined) return undefined;
    const router = this.#router;
    const values = router.check(rowObject(this.#type, row));
    const isFree = router.placer.isFree(values);
    const slot = isFree
      ? router.ourSlot(slotOfCall(named.call, SLOTS))
      : router.keyCode.slotOfRouting(values[router.schema.routing]);
    const source = router.ask(slot);
    const asked = { row: this.#byName(values), options: askedOf(named.rest) };
    const suits = (other: number): boolean => router.sources[router.indexOf(other)] === source;
    return once(source, named.call, asked, () => router.placer.within(suits, () => run(named.rest)));
  }

  update<R>(
    key: unknown,
    patch: object,
    options: Options | undefined,
    run: (rest: object) => R,
  ): { readonly answer: R | undefined } | undefined {
    const named = this.#named('update', options);
    if (named === undefined) return undefined;
    const checked = this.#router.keyCode.checkLookup(key);
    const { ordinals, values } = this.#router.patchOf(patchObject(this.#type, patch));
    const { columns } = this.#router.schema;
    const changes = ordinals.map((ordinal, at) => [columns[ordinal]!.name, values[at]]);
    const asked = { key: checked, changes, options: askedOf(named.rest) };
    return { answer: this.#ofKey(named.call, checked, asked, undefined, () => run(named.rest)) };
  }

  delete(key: unknown, options: Options | undefined, run: () => boolean): boolean | undefined {
    const named = this.#named('delete', options, ['signal', 'timeout']);
    if (named === undefined) return undefined;
    const checked = this.#router.keyCode.checkLookup(key);
    return this.#ofKey(named.call, checked, { key: checked }, false, run);
  }

  change(where: unknown, change: unknown, options: Options | undefined, run: () => number): number | undefined {
    const named = this.#named('change', options, ['signal', 'timeout']);
    if (named === undefined) return undefined;
    const target = resolveTarget(this.#type, where);
    const steps = resolveChange(this.#type.schema, change);
    const key = this.#keyFixedBy(named.call, target);
    return this.#ofKey(named.call, key, { target, steps }, 0, run);
  }

  /** `others`: the options of the verb, where nobody else checks them. */
  #named(
    verb: string,
    options: Options | undefined,
    others?: readonly string[],
  ): ReturnType<typeof namedCall<Options>> {
    const name = `${this.#type.name}.${verb}`;
    if (options !== undefined && others !== undefined) checkOptionNames(name, options, ['idempotencyId', ...others]);
    return namedCall<Options>(name, options);
  }

  /** `none`: the answer for a key that no row can have. */
  #ofKey<T>(call: NamedCall, key: Key, asked: unknown, none: T, run: () => T): T {
    const source: Source | undefined = this.#router.sourceOfKey(key);
    return source === undefined ? none : once(source, call, asked, run);
  }

  #byName(values: RowValues): object {
    const { columns } = this.#router.schema;
    return Object.fromEntries(columns.filter(isVisible).map(({ name, ordinal }) => [name, values[ordinal]]));
  }

  /** Throws OPTION_INVALID where the condition does not fix the one row that may match. */
  #keyFixedBy({ name }: NamedCall, where: Predicate | undefined): Key {
    const { schema, keyCode } = this.#router;
    const { equal } = conjunctsOf(schema, where);
    const parts = keyCode.columns.map(({ ordinal }) => equal.get(ordinal));
    if (parts.every((part) => part !== undefined)) return parts.length === 1 ? parts[0] : parts;
    const names = keyCode.columns.map((column) => column.name).join(' and ');
    throw new WeftError(
      'OPTION_INVALID',
      `${name}: an idempotencyId is for changes of one row; the condition must fix ${names}.`,
    );
  }
}

/** What the options change about the call. */
function askedOf({ signal: _, timeout: __, ...asked }: Options): object {
  return asked;
}
