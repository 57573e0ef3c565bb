import {
  compilePatch,
  finish,
  newCounters,
  planEvolution,
  resolveChange,
  type PreparedEvolution,
  type Work,
} from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableSnapshot } from '../snapshot/table-snapshot.ts';
import { always, gathered, smallArena, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { asLater, Later, shownThing, Thing, thing, type ThingRow } from './evolution.fixture.ts';

const RUNS = Math.ceil(Number(process.env['WEFT_RUNS'] ?? 400) / 40);
const arena = smallArena(32);
const patchOf = { before: compilePatch(Thing.schema), later: compilePatch(Later.schema) };
const there = planEvolution(Thing.schema, Later.schema);
/** Rows that are there before: more than a page. */
const ROWS = 9000;

/** What happens between two slices. `at` names a row, whichever there are. */
type Deed =
  | { readonly do: 'write' | 'delete' | 'patch'; readonly at: number; readonly shift: number }
  | { readonly do: 'insert'; readonly count: number }
  | { readonly do: 'thin'; readonly from: number; readonly count: number }
  | { readonly do: 'clear' | 'look' | 'change' };

const row = fc.nat({ max: 2 * ROWS });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('write', 'delete', 'patch'), at: row, shift: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('insert' as const), count: fc.nat(3000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('thin' as const), from: row, count: fc.nat(9000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('look', 'change') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
);
const scene = fc.record({
  partitions: fc.constantFrom(1, 3),
  /** Slices of the evolution before each deed. */
  deeds: fc.array(fc.tuple(fc.nat(40), deed), { maxLength: 40 }),
  ending: fc.constantFrom('commit', 'commit', 'abort', 'return'),
  after: fc.array(deed, { maxLength: 15 }),
});

class Scene {
  readonly made: readonly TestTable[];
  readonly model = new Map<number, ThingRow>();
  readonly #looks: { snapshot: TableSnapshot; rows: unknown[] }[] = [];
  isLater = false;
  #next = ROWS;

  constructor(partitions: number) {
    this.made = Array.from({ length: partitions }, () => testTable(Thing, { arena }));
    for (let id = 0; id < ROWS; id++) this.write(id, 0);
  }

  of(id: number): TestTable {
    return this.made[id % this.made.length];
  }

  write(id: number, shift: number): void {
    const version = (this.model.get(id)?.version ?? 0) + 1;
    const input = thing(id, shift);
    this.of(id).write(this.isLater ? asLater(input, undefined) : input);
    this.model.set(id, { ...input, version });
  }

  act(deed: Deed): void {
    switch (deed.do) {
      case 'write':
        return this.write(deed.at, deed.shift);
      case 'delete':
        expect(this.of(deed.at).port.delete(deed.at)).toBe(this.model.delete(deed.at));
        return;
      case 'patch':
        return this.#patch(deed.at, deed.shift);
      case 'insert':
        for (let i = 0; i < deed.count; i++) this.write(this.#next++, 0);
        return;
      case 'thin':
        for (let id = deed.from; id < deed.from + deed.count; id++)
          if (this.model.delete(id)) this.of(id).port.delete(id);
        return;
      case 'clear':
        for (const { port } of this.made) port.clear();
        this.model.clear();
        return;
      case 'look':
        return this.#look();
      case 'change':
        return this.#change();
    }
  }

  /** The table's rows by whichever way: objects, indexes, snapshots that were opened on the way. */
  check(): void {
    const rows = this.made.flatMap(({ port }) =>
      gathered(port.find({ orderBy: [{ column: 'id', direction: 'asc' }] })),
    );
    expect(rows.length).toBe(this.model.size);
    for (const found of rows as ThingRow[]) {
      const held = this.model.get(found.id)!;
      expect(found).toEqual(this.isLater ? asLater(held, held.version) : shownThing(held));
    }
    for (const { port } of this.made) expectIndexesInStep(port.table);
    for (const { snapshot, rows: seen } of this.#looks) expect(rowsOf(snapshot)).toEqual(seen);
  }

  close(): void {
    for (const { snapshot } of this.#looks) snapshot.release();
    for (const { port } of this.made) {
      expect([port.table.snapshots.pinnedBytes, port.table.snapshots.openCount]).toEqual([0, 0]);
      port.clear();
    }
  }

  #patch(id: number, shift: number): void {
    const held = this.model.get(id);
    const { amount, note } = thing(id, shift);
    const patch = this.isLater
      ? patchOf.later({ total: BigInt(amount), memo: note ?? null })
      : patchOf.before({ amount, note: note ?? null });
    expect(this.of(id).port.update(id, patch, undefined) === undefined).toBe(held === undefined);
    if (held === undefined) return;
    const { note: _, ...others } = held;
    this.model.set(id, { ...others, amount, ...(note === undefined ? {} : { note }), version: held.version! + 1 });
  }

  #look(): void {
    const made = this.made[this.#looks.length % this.made.length];
    const snapshot = made.snapshot();
    this.#looks.push({ snapshot, rows: rowsOf(snapshot) });
  }

  #change(): void {
    const column = this.isLater ? 'memo' : 'note';
    const steps = resolveChange((this.isLater ? Later : Thing).schema, (c: any) => c.set(column, 'changed'));
    const where = { op: 'lt' as const, column: this.isLater ? 'total' : 'amount', value: this.isLater ? 40n : 40 };
    for (const { port, clock } of this.made) {
      clock.ms += 60_000;
      finish(port.change(where, steps, { slice: always, counters: newCounters() }));
    }
    for (const [id, held] of this.model)
      if (held.amount < 40) this.model.set(id, { ...held, note: 'changed', version: held.version! + 1 });
  }
}

function rowsOf({ live, columns, schema }: TableSnapshot): unknown[] {
  const rows: unknown[] = [schema.fingerprint];
  for (let at = 0; at < live.rowCount; at += 7) if (live.has(at)) rows.push(...columns.map((column) => column.get(at)));
  return rows;
}

function* prepareAll(made: readonly TestTable[]): Work<PreparedEvolution[]> {
  const prepared: PreparedEvolution[] = [];
  try {
    for (const { port } of made) prepared.push(yield* port.evolve(there, { slice: always }));
    return prepared;
  } catch (error) {
    for (const part of prepared) part.abort();
    throw error;
  }
}

test(
  'whatever is written between the slices, the next declaration has every row, indexes and snapshots agree',
  { timeout: 600_000 },
  () => {
    fc.assert(
      fc.property(scene, ({ partitions, deeds, ending, after }) => {
        const play = new Scene(partitions);
        const evolving = prepareAll(play.made);
        let prepared: readonly PreparedEvolution[] | undefined;
        for (const [slices, deed] of deeds) {
          for (let i = 0; i < slices && prepared === undefined; i++) {
            const step = evolving.next();
            if (step.done === true) prepared = step.value;
          }
          play.act(deed);
        }
        if (ending === 'return' && prepared === undefined) evolving.return([]);
        else {
          prepared ??= finish(evolving);
          for (const part of prepared) expect([part.failure, part.isReady]).toEqual([undefined, true]);
          for (const part of prepared) {
            if (ending === 'commit') part.commit();
            else part.abort();
          }
          play.isLater = ending === 'commit';
        }
        for (const deed of after) play.act(deed);
        play.check();
        play.close();
        // What only the other declaration had is given back too.
        expect(arena.takenBytes).toBe(0);
      }),
      { numRuns: RUNS },
    );
  },
);
