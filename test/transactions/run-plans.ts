/** Runs random transactions at the same time over a grid, and writes down what each did and saw. */
import { count, createGrid, defineType, t, WeftError, type Grid, type TransactionSpace } from 'weft';
import type { History, Op, Transaction, Value, Version } from './history.ts';
import { KEYS, type Plan, type Step } from './plans.ts';

const Item = defineType(
  'Item',
  { id: t.string(), part: t.string(), n: t.int32().index('ordered'), tag: t.string() },
  { key: 'id', routing: 'part' },
);
/** One row for each transaction, in its record, so that removals are known as its own too. */
const MARK = 'by ';
const PART = 'p';
const RETRIES = 200;

type Handle = TransactionSpace<typeof Item>;

/** Gives up a transaction on purpose. */
class GivenUp extends Error {}

interface Recorded extends Transaction {
  status: Transaction['status'];
  readonly ops: Op[];
}

/** `isolated`: with transactions; without, the same verbs one after the other, which is no isolation at all. */
export async function runPlans(plans: readonly Plan[], isolated: boolean): Promise<History> {
  const grid = await createGrid({ types: [Item], partitions: 3 });
  const heard: { key: string; value: Value }[] = [];
  const subscription = grid.space(Item).subscribe({ part: PART });
  const listening = (async () => {
    for await (const event of subscription) {
      if (event.type === 'insert' || event.type === 'update')
        heard.push({ key: event.after.id, value: event.after.tag });
      else if (event.type === 'delete') heard.push({ key: event.before.id, value: null });
      if (event.type === 'insert' && event.after.id === 'end') return;
    }
  })();
  const run = new Run(grid, isolated);
  try {
    for (const key of KEYS.slice(0, 2)) await grid.space(Item).write(run.row(key, 1, `0 ${key}`));
    await Promise.all(plans.map((plan, number) => run.plan(plan, `t${number + 1}`)));
    await grid.space(Item).write(run.row('end', -1, 'end'));
    await listening;
  } finally {
    subscription.close();
    await grid.close();
  }
  return { transactions: run.transactions, versions: versionsOf(heard) };
}

/** Of each key, from what was heard in the order of the log: what stands in front of a mark is the mark's. */
function versionsOf(heard: readonly { readonly key: string; readonly value: Value }[]): Map<string, Version[]> {
  const versions = new Map<string, Version[]>(KEYS.map((key) => [key, [{ value: null, by: undefined }]]));
  let open = new Map<string, Value>();
  const install = (by: string | undefined): void => {
    for (const [key, value] of open) versions.get(key)?.push({ value, by });
    open = new Map();
  };
  for (const { key, value } of heard) {
    if (key.startsWith(MARK)) install(key.slice(MARK.length));
    else {
      open.set(key, value);
      if (value?.startsWith('0 ') === true || key === 'end') install(undefined);
    }
  }
  return versions;
}

class Run {
  readonly transactions: Recorded[] = [];
  readonly #grid: Grid;
  readonly #isolated: boolean;
  /** What a row held, by key and tag. */
  readonly #n = new Map<string, number>();

  constructor(grid: Grid, isolated: boolean) {
    this.#grid = grid;
    this.#isolated = isolated;
  }

  row(id: string, n: number, tag: string) {
    this.#n.set(`${id} ${tag}`, n);
    return { id, part: PART, n, tag };
  }

  async plan(plan: Plan, name: string): Promise<void> {
    await pause(plan.pauses);
    if (plan.kind === 'transaction') await (this.#isolated ? this.#transaction(plan, name) : this.#bare(plan, name));
    else await this.#atomic(plan, name);
  }

  async #transaction({ steps, isGivenUp }: Plan, name: string): Promise<void> {
    let last: Recorded | undefined;
    try {
      await this.#grid.transaction(
        async (tx) => {
          last = this.#begin(`${name}.${tx.attempt}`);
          const items = tx.space(Item);
          for (const step of steps) await this.#step(items, step, last);
          if (isGivenUp) throw new GivenUp();
          await tx.space(Item).write(this.row(MARK + last.id, -1, MARK));
        },
        { retries: RETRIES },
      );
      last!.status = 'committed';
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
    }
  }

  /** The same without any isolation. */
  async #bare({ steps }: Plan, name: string): Promise<void> {
    const recorded = this.#begin(name);
    const items = this.#grid.space(Item) as unknown as Handle;
    for (const step of steps) await this.#step(items, step, recorded);
    await this.#grid.space(Item).write(this.row(MARK + name, -1, MARK));
    recorded.status = 'committed';
  }

  async #atomic({ steps, kind, isGivenUp }: Plan, name: string): Promise<void> {
    const recorded = this.#begin(name);
    const all = steps.filter(({ verb }) => verb === 'write' || verb === 'delete');
    const writes = kind === 'single' ? all.slice(0, 1) : all;
    await this.#grid
      .atomic((b) => [
        ...writes.map(({ verb, key, n }, at) => {
          const tag = `${name}/${at}`;
          recorded.ops.push({ op: 'write', key, value: verb === 'write' ? tag : null });
          return verb === 'write' ? b.write(Item, this.row(key, n, tag)) : b.delete(Item, { id: key, part: PART });
        }),
        b.write(Item, this.row(MARK + name, -1, MARK)),
        ...(isGivenUp ? [b.update(Item, { id: MARK + name, part: PART }, { part: 'elsewhere' } as object)] : []),
      ])
      .then(
        () => (recorded.status = 'committed'),
        (error: unknown) => {
          if (!WeftError.is(error, 'ROUTING_IMMUTABLE')) throw error;
        },
      );
  }

  #begin(id: string): Recorded {
    const recorded: Recorded = { id, status: 'aborted', ops: [] };
    this.transactions.push(recorded);
    return recorded;
  }

  async #step(items: Handle, step: Step, { id, ops }: Recorded): Promise<void> {
    const { verb, key, n, pauses } = step;
    await pause(pauses);
    const tag = `${id}/${ops.length}`;
    const identity = { id: key, part: PART };
    const wrote = (of: string, value: Value): unknown => ops.push({ op: 'write', key: of, value });
    switch (verb) {
      case 'get': {
        const row = await items.get(identity);
        ops.push({ op: 'read', key, value: row?.tag ?? null });
        return;
      }
      case 'read': {
        const row = await items.read((r) => r.part.eq(PART).and(r.n.ge(n)));
        if (row === undefined) ops.push(this.#found(n, []));
        else ops.push({ op: 'read', key: row.id, value: row.tag });
        return;
      }
      case 'find':
        ops.push(this.#found(n, await this.#find(items, n)));
        return;
      case 'count': {
        const counted = await items.count((r) => r.part.eq(PART).and(r.n.ge(n)));
        const rows = await this.#find(items, n);
        ops.push(this.#found(n, rows));
        // A count that the rows of the same moment do not have is an observation of no state: no version explains it.
        if (counted !== rows.length)
          ops.push({ op: 'read', key, value: `a count of ${counted} for ${rows.length} rows` });
        return;
      }
      case 'aggregate': {
        const rows = await items.aggregate({
          where: (r) => r.part.eq(PART).and(r.n.ge(n)),
          by: ['id', 'tag'],
          select: { rows: count() },
        });
        ops.push(this.#found(n, rows));
        return;
      }
      case 'write':
        await items.write(this.row(key, n, tag));
        wrote(key, tag);
        return;
      case 'insert':
        try {
          await items.write(this.row(key, n, tag), { onConflict: 'fail' });
          ops.push({ op: 'read', key, value: null });
          wrote(key, tag);
        } catch (error) {
          if (!WeftError.is(error, 'KEY_EXISTS')) throw error;
        }
        return;
      case 'update': {
        const before = await items.get(identity);
        ops.push({ op: 'read', key, value: before?.tag ?? null });
        this.row(key, n, tag);
        if ((await items.update(identity, { n, tag })) !== undefined) wrote(key, tag);
        return;
      }
      case 'change': {
        const rows = await this.#find(items, n);
        ops.push(this.#found(n, rows));
        await items.change(
          (r) => r.part.eq(PART).and(r.n.ge(n)),
          (c) => c.set('tag', tag).inc('n', -1),
        );
        for (const row of rows) {
          this.row(row.id, row.n - 1, tag);
          wrote(row.id, tag);
        }
        return;
      }
      case 'delete':
        if (await items.delete(identity)) wrote(key, null);
        else ops.push({ op: 'read', key, value: null });
        return;
      case 'deleteMany': {
        const rows = await this.#find(items, n);
        ops.push(this.#found(n, rows));
        await items.deleteMany((r) => r.part.eq(PART).and(r.n.ge(n)));
        for (const row of rows) wrote(row.id, null);
        return;
      }
    }
  }

  async #find(items: Handle, n: number): Promise<{ id: string; n: number; tag: string }[]> {
    return await items.find((r) => r.part.eq(PART).and(r.n.ge(n)));
  }

  #found(n: number, rows: readonly { readonly id: string; readonly tag: string }[]): Op {
    return {
      op: 'find',
      matches: (key, value) => (this.#n.get(`${key} ${value}`) ?? -1) >= n,
      rows: new Map(rows.map(({ id, tag }) => [id, tag])),
    };
  }
}

async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
