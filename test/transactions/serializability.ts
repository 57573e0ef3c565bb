/**
 * Whether a history is serializable, by the graph of its direct dependencies (Adya, Weak Consistency, MIT 1999): an edge from each
 * transaction to those that must come behind it.
 *
 * - `ww`: the other installed the next version of a key.
 * - `wr`: the other saw a version that this one installed, or one behind it.
 * - `rw`: this one saw a version (also in that it did not match a condition) and the other installed a later one.
 *
 * A cycle is an anomaly: of `ww` edges alone G0 (dirty write); with `wr` edges G1c (circular information flow); with one `rw` edge G-single
 * (lost update, read skew); with more G2 (write skew, phantoms). Cycles are found as strongly connected components (Tarjan 1972).
 * Before that: what nobody who committed has written was read (G1a), or what was not the last that its writer wrote (G1b), or a
 * transaction did not see its own writes.
 *
 * Where several versions would explain an observation, only edges that follow from all of them are drawn: what is reported is
 * always an anomaly.
 */
import type { History, Op, Transaction, Value, Version } from './history.ts';

export type Anomaly = 'own-writes' | 'G1a' | 'G1b' | 'G0' | 'G1c' | 'G-single' | 'G2';

export interface Finding {
  readonly anomaly: Anomaly;
  /** What speaks for it, for people. */
  readonly evidence: string;
}

export type EdgeKind = 'ww' | 'wr' | 'rw';
export type Graph = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<EdgeKind>>>;

/** The worst that is wrong with a history, `undefined` where it is serializable. */
export function check(history: History): Finding | undefined {
  for (const transaction of history.transactions) {
    if (transaction.status === 'aborted') continue;
    const found = checkReads(transaction, history);
    if (found !== undefined) return found;
  }
  return checkCycles(graphOf(history));
}

/** Own writes are seen, and of others only what they committed last. */
function checkReads({ id, ops }: Transaction, history: History): Finding | undefined {
  const own = new Map<string, Value>();
  for (const op of ops) {
    if (op.op === 'write') {
      own.set(op.key, op.value);
      continue;
    }
    for (const [key, value] of own) {
      const seen = op.op === 'read' ? (op.key === key ? op.value : value) : (op.rows.get(key) ?? null);
      const due = op.op === 'find' && (value === null || !op.matches(key, value)) ? null : value;
      if (seen !== due) return { anomaly: 'own-writes', evidence: `${id} wrote ${due} to ${key} and saw ${seen}` };
    }
    for (const [key, value] of seenBy(op)) {
      if (own.has(key) || value === null) continue;
      const versions = history.versions.get(key) ?? [];
      if (versions.some((version) => version.value === value)) continue;
      const writer = writerOf(history, key, value);
      if (writer === undefined) return { anomaly: 'G1a', evidence: `${id} saw ${value} of ${key}, which nobody wrote` };
      return writer.status === 'aborted'
        ? { anomaly: 'G1a', evidence: `${id} saw ${value} of ${key}, which ${writer.id} took back` }
        : { anomaly: 'G1b', evidence: `${id} saw ${value} of ${key}, which ${writer.id} wrote over` };
    }
  }
  return undefined;
}

function seenBy(op: Op): Iterable<readonly [string, Value]> {
  if (op.op === 'read') return [[op.key, op.value]];
  return op.op === 'find' ? op.rows : [];
}

function writerOf({ transactions }: History, key: string, value: Value): Transaction | undefined {
  return transactions.find(({ ops }) => ops.some((op) => op.op === 'write' && op.key === key && op.value === value));
}

/** The direct dependencies between committed transactions. */
function graphOf({ transactions, versions }: History): Graph {
  const graph = new Map<string, Map<string, Set<EdgeKind>>>();
  const node = (id: string): Map<string, Set<EdgeKind>> => {
    const edges = graph.get(id) ?? new Map<string, Set<EdgeKind>>();
    graph.set(id, edges);
    return edges;
  };
  const edge = (from: string | undefined, to: string | undefined, kind: EdgeKind): void => {
    if (from === undefined || to === undefined || from === to) return;
    const edges = node(from);
    edges.set(to, (edges.get(to) ?? new Set()).add(kind));
  };
  for (const list of versions.values()) for (let i = 1; i < list.length; i++) edge(list[i - 1]!.by, list[i]!.by, 'ww');
  for (const { id, status, ops } of transactions) {
    if (status === 'aborted') continue;
    node(id);
    const own = new Set<string>();
    for (const op of ops) {
      if (op.op === 'write') own.add(op.key);
      else
        for (const [key, fits] of observations(op, versions)) if (!own.has(key)) observe(id, versions.get(key)!, fits);
    }
  }
  function observe(id: string, list: readonly Version[], fits: (value: Value) => boolean): void {
    const first = list.findIndex(({ value }) => fits(value));
    const last = list.findLastIndex(({ value }) => fits(value));
    if (first < 0) return;
    edge(list[first]!.by, id, 'wr');
    edge(id, list[last + 1]?.by, 'rw');
  }
  return graph;
}

/** What an operation saw of each key: which versions would explain it. */
function* observations(
  op: Exclude<Op, { op: 'write' }>,
  versions: History['versions'],
): Iterable<readonly [string, (value: Value) => boolean]> {
  if (op.op === 'read') {
    if (versions.has(op.key)) yield [op.key, (value) => value === op.value];
    return;
  }
  for (const key of versions.keys()) {
    const seen = op.rows.get(key);
    yield [key, (value) => (seen === undefined ? value === null || !op.matches(key, value) : value === seen)];
  }
}

function checkCycles(graph: Graph): Finding | undefined {
  const steps: readonly (readonly [Anomaly, readonly EdgeKind[]])[] = [
    ['G0', ['ww']],
    ['G1c', ['ww', 'wr']],
  ];
  for (const [anomaly, kinds] of steps) {
    const [cycle] = components(graph, kinds);
    if (cycle !== undefined) return { anomaly, evidence: describe(graph, cycle) };
  }
  const [cycle] = components(graph, ['ww', 'wr', 'rw']);
  if (cycle === undefined) return undefined;
  const isSingle = cycle.some((from) => {
    for (const [to, kinds] of graph.get(from) ?? []) if (kinds.has('rw') && reaches(graph, to, from)) return true;
    return false;
  });
  return { anomaly: isSingle ? 'G-single' : 'G2', evidence: describe(graph, cycle) };
}

/** Whether edges of `ww` and `wr` alone lead there. */
function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const at of seen) {
    if (at === to) return true;
    for (const [next, kinds] of graph.get(at) ?? []) if (kinds.has('ww') || kinds.has('wr')) seen.add(next);
  }
  return false;
}

/** The strongly connected components of more than one transaction, over edges of these kinds. */
export function components(graph: Graph, kinds: readonly EdgeKind[]): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const visit = (id: string): void => {
    order.set(id, order.size);
    low.set(id, order.get(id)!);
    stack.push(id);
    onStack.add(id);
    for (const [next, of] of graph.get(id) ?? []) {
      if (!kinds.some((kind) => of.has(kind))) continue;
      if (!order.has(next)) {
        visit(next);
        low.set(id, Math.min(low.get(id)!, low.get(next)!));
      } else if (onStack.has(next)) low.set(id, Math.min(low.get(id)!, order.get(next)!));
    }
    if (low.get(id) !== order.get(id)) return;
    const component = stack.splice(stack.indexOf(id));
    for (const member of component) onStack.delete(member);
    if (component.length > 1) found.push(component);
  };
  for (const id of graph.keys()) if (!order.has(id)) visit(id);
  return found;
}

function describe(graph: Graph, members: readonly string[]): string {
  const lines = members.flatMap((from) =>
    [...(graph.get(from) ?? [])]
      .filter(([to]) => members.includes(to))
      .map(([to, kinds]) => `${from} -${[...kinds].join()}-> ${to}`),
  );
  return lines.join('; ');
}
