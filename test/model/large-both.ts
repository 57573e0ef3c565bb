import { expect } from 'vitest';
import type { Grid } from 'weft';
import { expectGroups, expectSameRows, expectWindow } from './answers.ts';
import { requestOf } from './calls.ts';
import { whereOf, type Question } from './condition.ts';
import { aggregated, answerColumns } from './model-aggregate.ts';
import { ModelTable, type Row } from './model-table.ts';
import { changeOf } from './steps.ts';
import { IDS, Trade, tradeOf, type LargeOp } from './trades.ts';

type Verbs = Record<string, (...args: unknown[]) => unknown>;

/** A cursor that was opened, the rows it gave, and those that it must give in the end. */
interface Opened {
  readonly cursor: AsyncIterableIterator<object, undefined>;
  readonly rows: object[];
  readonly matches: readonly Row[];
  readonly orderBy: Extract<LargeOp, { verb: 'open' }>['orderBy'];
}

/** A large table and its model. Cursors stay open over whatever is written meanwhile, and must not see it. */
export class LargeBoth {
  readonly #space: Verbs;
  readonly #local: Verbs;
  readonly #model = new ModelTable(Trade);
  readonly #cursors: Opened[] = [];

  constructor(grid: Grid) {
    this.#space = grid.space(Trade) as unknown as Verbs;
    this.#local = grid.local(Trade) as unknown as Verbs;
  }

  async run(op: LargeOp): Promise<void> {
    switch (op.verb) {
      case 'fill':
        return this.#fill(op);
      case 'rewrite':
        return this.#rewrite(op);
      case 'remove':
        expect(await this.#space['deleteMany']!(whereOf(op.where) ?? {})).toBe(this.#model.deleteMany(op.where));
        return;
      case 'change':
        return this.#change(op);
      case 'ask':
        return this.#ask(op);
      case 'open':
        return this.#open(op);
      case 'advance':
        return this.#advance(this.#cursors[op.cursor], op.rows);
      case 'close':
        await this.#cursors.splice(op.cursor, 1)[0]?.cursor.return?.();
        return;
      case 'count':
        expect(await this.#space['count']!(whereOf(op.where))).toBe(this.#model.matching(op.where).length);
        return;
      case 'aggregate':
        return this.#aggregate(op);
      case 'clear':
        expect(await this.#space['clear']!()).toBe(this.#model.clear());
        return;
    }
  }

  /** Reads what is left of every cursor, and the whole table. */
  async finish(): Promise<void> {
    for (const opened of this.#cursors) {
      await this.#advance(opened, Infinity);
      expectWindow(opened.rows, opened.matches, this.#model.columns, { orderBy: opened.orderBy });
    }
    expectSameRows((await this.#space['find']!()) as object[], this.#model.rows);
  }

  async #fill({ from, rows, salt }: Extract<LargeOp, { verb: 'fill' }>): Promise<void> {
    const inputs = Array.from({ length: rows }, (_, at) => tradeOf((from + at) % IDS, salt));
    const inserted = inputs.filter((input) => this.#model.write(input).isNew).length;
    expect(await this.#space['writeMany']!(inputs)).toEqual({ written: rows, inserted, replaced: rows - inserted });
  }

  /** Updates rows one by one in one turn. */
  async #rewrite({ from, rows, salt }: Extract<LargeOp, { verb: 'rewrite' }>): Promise<void> {
    for (let at = 0; at < Math.min(rows, 3000); at++) {
      const { id, code: _, note, ...patch } = tradeOf((from + at) % IDS, salt);
      const changes = { ...patch, note: note ?? null };
      const held = this.#model.update({ id }, changes);
      expect(this.#local['update']!(id, changes) === undefined).toBe(held === undefined);
    }
    await Promise.resolve();
  }

  async #change({ where, steps }: Extract<LargeOp, { verb: 'change' }>): Promise<void> {
    const planned = this.#model.plan(where, steps);
    expect(await this.#space['change']!(whereOf(where) ?? {}, changeOf(steps))).toBe(planned.length);
    for (const { outcome } of planned) this.#model.adopt(outcome as Row);
  }

  async #ask({ where, orderBy, limit, offset }: Extract<LargeOp, { verb: 'ask' }>): Promise<void> {
    const rows = (await this.#space['find']!(whereOf(where), { orderBy, limit, offset })) as object[];
    expectWindow(rows, this.#model.matching(where), this.#model.columns, { orderBy, limit, offset });
  }

  /** The first row is asked for at once: from then on the answer stands. */
  async #open({ where, orderBy }: { where: Question; orderBy: Opened['orderBy'] }): Promise<void> {
    const query = this.#space['find']!(whereOf(where), { orderBy }) as AsyncIterable<object>;
    const opened: Opened = {
      cursor: query[Symbol.asyncIterator]() as Opened['cursor'],
      rows: [],
      matches: this.#model.matching(where),
      orderBy,
    };
    this.#cursors.push(opened);
    await this.#advance(opened, 1);
  }

  async #advance(opened: Opened | undefined, rows: number): Promise<void> {
    for (let left = rows; opened !== undefined && left > 0; left--) {
      const step = await opened.cursor.next();
      if (step.done === true) return;
      opened.rows.push(step.value);
    }
  }

  async #aggregate({ question }: Extract<LargeOp, { verb: 'aggregate' }>): Promise<void> {
    const answer = (await this.#space['aggregate']!(requestOf(question))) as object[];
    const groups = aggregated(this.#model.columns, this.#model.rows, question);
    expectGroups(answer, groups, answerColumns(this.#model.columns, question), {
      orderBy: question.orderBy,
      limit: question.limit,
    });
  }
}
