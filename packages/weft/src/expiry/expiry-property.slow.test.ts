import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count, sum } from '@weft/data';
import { Refused, Session, SessionModel, type SessionInput, type SessionRow } from './expiry-model.fixture.ts';
import { expiringGrid, type ExpiringGrid } from './expiring-grid.fixture.ts';

const RUNS = Math.ceil(Number(process.env['WEFT_RUNS'] ?? 400) / 2);
const IDS = 5;
const GROUPS = 3;

const id = fc.nat(IDS - 1);
const ttl = fc.constantFrom(undefined, undefined, undefined, 1, 700, 2000, 9000, 'never' as const);
const row = fc.record({
  id,
  code: fc.option(fc.nat(3), { nil: undefined }),
  n: fc.nat(20),
  tag: fc.constantFrom('a', 'b', 'c'),
});
const local = fc.boolean();
const onConflict = fc.constantFrom('replace' as const, 'replace' as const, 'fail' as const);
const act = fc.oneof(
  { weight: 8, arbitrary: fc.record({ verb: fc.constant('write' as const), row, ttl, onConflict, local }) },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('writeMany' as const),
      rows: fc.array(row, { maxLength: 4 }),
      onError: fc.constantFrom('stop' as const, 'all' as const),
      ttl,
      onConflict,
      local,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      verb: fc.constant('update' as const),
      id,
      patch: fc.oneof(fc.record({ n: fc.nat(20) }), fc.record({ code: fc.nat(3) }), fc.constant({})),
      ttl,
      local,
    }),
  },
  { weight: 6, arbitrary: fc.record({ verb: fc.constantFrom('get', 'ttl', 'delete'), id, local }) },
  {
    weight: 8,
    arbitrary: fc.record({
      verb: fc.constantFrom(
        'find',
        'first',
        'byTag',
        'byKey',
        'count',
        'countAll',
        'aggregate',
        'change',
        'deleteMany',
      ),
      n: fc.nat(20),
      local,
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('clear' as const), local }) },
  { weight: 8, arbitrary: fc.record({ verb: fc.constant('pass' as const), ms: fc.nat(3000), sweeps: fc.boolean() }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;
type Verbs = Record<string, (...args: unknown[]) => unknown>;

/** A grid and its model, given the same calls. */
class Both {
  readonly #made: ExpiringGrid;
  readonly #model: SessionModel;

  constructor(made: ExpiringGrid) {
    this.#made = made;
    this.#model = new SessionModel(made.clock);
  }

  async run(what: Act): Promise<void> {
    const model = this.#model;
    if (what.verb === 'pass') {
      if (what.sweeps) await this.#made.pass(what.ms);
      else this.#made.clock.ms += what.ms;
      return this.compareAll();
    }
    const { grid } = this.#made;
    const verbs = (what.local ? grid.local(Session) : grid.space(Session)) as unknown as Verbs;
    switch (what.verb) {
      case 'write': {
        const input = inputOf(what.row);
        const { ttl: given, onConflict: conflict } = what;
        const answer = await outcome(() => verbs['write']!(input, { ttl: given, onConflict: conflict }));
        return expect(answer).toEqual(await outcome(() => model.write(input, given, conflict)));
      }
      case 'writeMany': {
        const inputs = what.rows.map(inputOf);
        const { ttl: given, onConflict: conflict, onError } = what;
        const answer = await outcome(() => verbs['writeMany']!(inputs, { ttl: given, onConflict: conflict, onError }));
        const all = (): void => inputs.forEach((input) => void model.write(input, given, conflict));
        const expected = await outcome(() => (onError === 'all' ? model.whole(all) : all()));
        const codes = [answer, expected].map((of) => (of as { code?: string } | undefined)?.code);
        // All are checked before the first is written, so that of several bad rows another one may be named.
        if (onError === 'all') expect(codes[0] === undefined).toBe(codes[1] === undefined);
        else expect(codes[0]).toBe(codes[1]);
        return this.compareAll();
      }
      case 'update': {
        const { patch, ttl: given } = what;
        const answer = await outcome(() => verbs['update']!(keyOf(what.id), patch, { ttl: given }));
        return expect(answer).toEqual(await outcome(() => model.update(what.id, patch, given)));
      }
      case 'clear':
        await verbs['clear']!();
        return model.clear();
      case 'get':
      case 'ttl':
      case 'delete':
        return expect(await verbs[what.verb]!(keyOf(what.id))).toEqual(model[what.verb](what.id));
      default:
        return this.#ask(what as Act & { readonly n: number }, verbs);
    }
  }

  async #ask({ verb, n }: { readonly verb: string; readonly n: number }, verbs: Verbs): Promise<void> {
    const model = this.#model;
    const below = model.rows.filter((held) => held.n < n);
    const isBelow = (r: { n: { lt(n: number): unknown } }): unknown => r.n.lt(n);
    const ids = (rows: unknown): number[] => (rows as SessionRow[]).map((held) => held.id).toSorted((a, b) => a - b);
    switch (verb) {
      case 'find':
        return expect(ids(await verbs['find']!(isBelow))).toEqual(ids(below));
      case 'first': {
        const first = (await verbs['find']!(undefined, { orderBy: { n: 'asc' }, limit: 2 })) as SessionRow[];
        const expected = model.rows.map((held) => held.n).toSorted((a, b) => a - b);
        return expect(first.map((held) => held.n)).toEqual(expected.slice(0, 2));
      }
      case 'byTag':
        return expect(ids(await verbs['find']!({ tag: 'b' }))).toEqual(
          ids(model.rows.filter(({ tag }) => tag === 'b')),
        );
      case 'byKey': {
        const found = (await verbs['read']!(keyOf(n % IDS))) as SessionRow | undefined;
        return expect(found).toEqual(model.get(n % IDS));
      }
      case 'count':
        return expect(await verbs['count']!(isBelow)).toBe(below.length);
      case 'countAll':
        return expect(await verbs['count']!()).toBe(model.rows.length);
      case 'aggregate': {
        const [all] = (await verbs['aggregate']!({ select: { rows: count(), n: sum('n') } })) as object[];
        const { rows } = model;
        const total = rows.length === 0 ? undefined : BigInt(rows.reduce((total, held) => total + held.n, 0));
        return expect(all).toEqual({ rows: rows.length, n: total });
      }
      case 'change': {
        const changed = await verbs['change']!(isBelow, (c: { inc(name: string, by: number): unknown }) =>
          c.inc('n', 1),
        );
        for (const held of below) model.update(held.id, { n: held.n + 1 }, undefined);
        expect(changed).toBe(below.length);
        return this.compareAll();
      }
      default:
        expect(await verbs['deleteMany']!(isBelow)).toBe(below.length);
        for (const held of below) model.delete(held.id);
    }
  }

  async compareAll(): Promise<void> {
    const rows = (await this.#made.grid.space(Session).find()) as SessionRow[];
    const byId = (a: SessionRow, b: SessionRow): number => a.id - b.id;
    expect(rows.toSorted(byId)).toEqual(this.#model.rows.toSorted(byId));
  }

  /** In the end only rows that live for ever are left, in memory too. */
  async end(): Promise<void> {
    this.#made.clock.ms += 100_000;
    await this.#made.pass(1000);
    await this.compareAll();
    expect(this.#made.grid.stats().rows).toBe(this.#model.rows.length);
    await this.#made.grid.close();
  }
}

function inputOf(given: Omit<SessionInput, 'group'>): SessionInput {
  return { ...given, group: given.id % GROUPS };
}

function keyOf(of: number): object {
  return { id: of, group: of % GROUPS };
}

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined && !(error instanceof Refused)) throw error;
    return { code };
  }
}

test.each([1, 3])(
  'every verb over %i partition(s) answers as if rows went at the moment they expire',
  async (partitions) => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60, size: 'max' }), async (acts) => {
        const both = new Both(expiringGrid([Session], partitions));
        for (const what of acts) await both.run(what);
        await both.end();
      }),
      { numRuns: RUNS },
    );
  },
);
