/** What JavaScript itself offers: a Map of objects, in three degrees of care. For information. */
import type { Order } from '../orders.ts';
import type { PointStore, SyncPointCalls } from '../harness/store.ts';

/** A plain Map that hands out and takes in the very objects: no isolation, no index. */
export function openMap(): PointStore {
  const rows = new Map<string, Order>();
  return storeOf('Map', rows, {
    get: (id) => rows.get(id),
    put: (order) => rows.set(order.id, order),
    update: (id, symbol) => rows.set(id, { ...rows.get(id)!, symbol }),
  });
}

/** A Map with structuredClone in and out: no caller can change what is stored. */
export function openClonedMap(): PointStore {
  const rows = new Map<string, Order>();
  return storeOf('Map + structuredClone', rows, {
    get: (id) => structuredClone(rows.get(id)),
    put: (order) => rows.set(order.id, structuredClone(order)),
    update: (id, symbol) => rows.set(id, structuredClone({ ...rows.get(id)!, symbol })),
  });
}

/** A plain Map and, for each symbol, the Set of its ids. */
export function openIndexedMap(): PointStore {
  const rows = new Map<string, Order>();
  const idsOfSymbol = new Map<string, Set<string>>();
  const put = (order: Order) => {
    const before = rows.get(order.id);
    if (before?.symbol !== order.symbol) moveId(idsOfSymbol, order.id, { from: before?.symbol, to: order.symbol });
    rows.set(order.id, order);
  };
  return {
    ...storeOf('Map + index', rows, {
      get: (id) => rows.get(id),
      put,
      update: (id, symbol) => put({ ...rows.get(id)!, symbol }),
    }),
    countSymbol: async (symbol) => idsOfSymbol.get(symbol)?.size ?? 0,
  };
}

function storeOf(name: string, rows: Map<string, Order>, calls: SyncPointCalls): PointStore {
  return {
    name: `${name} (Node ${process.versions.node})`,
    awaited: calls,
    sync: calls,
    load: async (orders) => {
      for (const order of orders) calls.put(order);
    },
    count: async () => rows.size,
    countSymbol: async (symbol) => [...rows.values()].filter((row) => row.symbol === symbol).length,
    close: async () => rows.clear(),
  };
}

function moveId(
  idsOfSymbol: Map<string, Set<string>>,
  id: string,
  { from, to }: { from: string | undefined; to: string },
): void {
  if (from !== undefined) idsOfSymbol.get(from)?.delete(id);
  const ids = idsOfSymbol.get(to);
  if (ids === undefined) idsOfSymbol.set(to, new Set([id]));
  else ids.add(id);
}
