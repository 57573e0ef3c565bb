import type { AggregatePlan, FindPlan, Mutation, OrderTerm } from '../plan/plan.ts';
import type { Patch } from '../plan/source.ts';
import type { Predicate } from '../predicate/predicate.ts';
import type { OldView, ShowRow } from './old-view.ts';
import { translateWhere } from './translate-predicate.ts';

/** A question as asked of the stored declaration, and what its rows look like to the older one. */
export interface TranslatedFind {
  readonly plan: FindPlan;
  readonly show: ShowRow;
}

/** Undefined where no row can match. Throws DECLARATION_OUTDATED. */
export function translateFind(view: OldView, plan: FindPlan): TranslatedFind | undefined {
  const where = translateWhere(view, plan.where);
  if (where === false) return undefined;
  const { select, orderBy, limit, offset } = plan;
  const order = orderBy === undefined ? [] : translateOrder(view, orderBy);
  return {
    plan: {
      ...whereOf(where),
      select: storedNames(view, select ?? view.visibleNames),
      ...(order.length === 0 ? {} : { orderBy: order }),
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
    },
    show: select === undefined ? view.show : view.shower(select),
  };
}

/** The part of a plan that says which rows. */
export function whereOf(where: Predicate | true): { readonly where?: Predicate } {
  return where === true ? {} : { where };
}

/** Whether an aggregate means the same of the stored columns, so that the store may compute it. */
export function isDirect(view: OldView, plan: AggregatePlan): boolean {
  return columnsOf(plan).every((name) => view.column(name).isSame);
}

/** The aggregate of the stored columns, of a direct plan; `having`, order and limit are asked of the answer. */
export function translateAggregate(
  view: OldView,
  { by, select }: AggregatePlan,
  where: Predicate | true,
): AggregatePlan {
  return {
    ...whereOf(where),
    by: storedNames(view, by),
    select: select.map((term) =>
      term.column === undefined ? term : { ...term, column: storedNames(view, [term.column])[0] },
    ),
  };
}

/** The columns whose values an aggregate looks at, each once. */
export function columnsOf({ by, select }: AggregatePlan): string[] {
  return [...new Set([...by, ...select.flatMap(({ column }) => (column === undefined ? [] : [column]))])];
}

/**
 * The steps of a change for stored rows. What is done to a dropped column is done to nothing. Throws DECLARATION_OUTDATED where
 * the older declaration demands its value.
 */
export function translateMutations(view: OldView, mutations: readonly Mutation[]): Mutation[] {
  return mutations.flatMap((mutation) => {
    const { now, store, show } = view.column(mutation.column);
    if (now === undefined) {
      show(undefined);
      return [];
    }
    const isPath = 'path' in mutation && mutation.path !== undefined;
    if ((mutation.op === 'set' || mutation.op === 'inc') && !isPath)
      return [{ ...mutation, column: now.name, value: store(mutation.value) }];
    return [{ ...mutation, column: now.name }];
  });
}

/** A patch by ordinal of the stored declaration, likewise. */
export function translatePatch(view: OldView, { ordinals, values }: Patch): Patch {
  const to: { ordinals: number[]; values: unknown[] } = { ordinals: [], values: [] };
  for (const [at, ordinal] of ordinals.entries()) {
    const { now, store } = view.columns[ordinal];
    if (now === undefined) continue;
    to.ordinals.push(now.ordinal);
    to.values.push(store(values[at]));
  }
  return to;
}

/** A dropped column is alike in all rows, and orders none. */
function translateOrder(view: OldView, orderBy: readonly OrderTerm[]): OrderTerm[] {
  return orderBy.flatMap(({ column, direction }) => {
    const { now, show } = view.column(column);
    if (now !== undefined) return [{ column: now.name, direction }];
    show(undefined);
    return [];
  });
}

function storedNames(view: OldView, names: readonly string[]): string[] {
  return names.flatMap((name) => view.column(name).now?.name ?? []);
}
