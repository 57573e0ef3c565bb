import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { testCall, testHost, testPace, testRouter } from './client.fixture.ts';
import { writeMany } from './write-many.ts';

const Item = defineType('Item', { id: t.int32(), n: t.int32() }, { key: 'id' });

function setUp(options: Parameters<typeof testCall>[1] = {}): {
  host: ReturnType<typeof testHost>;
  write: (rows: unknown) => Promise<unknown>;
  written: () => number;
} {
  const host = testHost();
  const { router, sources } = testRouter(Item, 2, host);
  const call = testCall(host, options);
  return {
    host,
    write: (rows) =>
      writeMany({ type: Item, router, onConflict: 'replace', onError: 'stop' }, rows, testPace(host), call),
    written: () => sources.reduce((rows, source) => rows + source.rows, 0),
  };
}

/** An async source by hand, which says how it was ended. */
function sourceOf(
  next: (n: number) => Promise<IteratorResult<object>>,
  end?: () => unknown,
): { source: AsyncIterable<object>; ends: () => number } {
  let n = 0;
  let ends = 0;
  const iterator = {
    next: () => next(n++),
    return() {
      ends++;
      return end === undefined ? Promise.resolve({ done: true, value: undefined }) : end();
    },
  };
  return { source: { [Symbol.asyncIterator]: () => iterator as AsyncIterator<object> }, ends: () => ends };
}

const AS_USUAL = { onConflict: 'replace', onError: 'stop' } as const;

/** A router that counts what it is given. */
function counted(): { host: ReturnType<typeof testHost>; router: { written: number } } {
  const host = testHost();
  const router = {
    written: 0,
    sources: [],
    write: (given: object) => {
      router.written++;
      return { values: Object.values(given), isNew: true };
    },
  };
  return { host, router };
}

const row = (id: number): { done: false; value: object } => ({ done: false, value: { id, n: id } });

test('inserted and replaced rows are told apart, from arrays, sets, generators and async generators', async () => {
  const { write, written } = setUp();
  expect(
    await write([
      { id: 1, n: 1 },
      { id: 2, n: 1 },
      { id: 1, n: 2 },
    ]),
  ).toEqual({ written: 3, inserted: 2, replaced: 1 });
  expect(await write(new Set([{ id: 3, n: 1 }]))).toEqual({ written: 1, inserted: 1, replaced: 0 });
  expect(
    await write(
      (function* () {
        yield { id: 3, n: 2 };
      })(),
    ),
  ).toEqual({ written: 1, inserted: 0, replaced: 1 });
  expect(
    await write(
      (async function* () {
        yield { id: 4, n: 2 };
      })(),
    ),
  ).toEqual({ written: 1, inserted: 1, replaced: 0 });
  expect(await write([])).toEqual({ written: 0, inserted: 0, replaced: 0 });
  expect(written()).toBe(4);
});

test('many rows give other work its turns', async () => {
  const { host, write } = setUp();
  await write(Array.from({ length: 320 }, (_, id) => ({ id, n: 0 })));
  // One before the first row, since the slice is over, and one after each step of 32.
  expect(host.turnCount).toBe(11);
});

test('a row that fails is named by its position, the rows before it are written, and the source is closed', async () => {
  const { write, written } = setUp();
  let closed = false;
  function* rows(): Generator<object> {
    try {
      yield { id: 1, n: 1 };
      yield { id: 2, n: 'two' };
    } finally {
      closed = true;
    }
  }
  await expect(write(rows())).rejects.toMatchObject({
    code: 'VALUE_INVALID',
    message: expect.stringContaining('Row 1 (id 2): Item.n: '),
    details: { row: 1, key: 'id 2', written: 1 },
  });
  expect([written(), closed]).toEqual([1, true]);
  const async = sourceOf(async (n) => (n === 0 ? row(5) : { done: false, value: { id: 6 } }));
  await expect(write(async.source)).rejects.toMatchObject({ code: 'VALUE_MISSING', details: { row: 1 } });
  expect(async.ends()).toBe(1);
});

test('an error of the source itself comes through as it is, and the source is told that no more is wanted', async () => {
  const { write, written } = setUp();
  const failing = sourceOf(async (n) => {
    if (n < 2) return row(n);
    throw new RangeError('the file is cut off');
  });
  await expect(write(failing.source)).rejects.toThrow('the file is cut off');
  expect(written()).toBe(2);
});

test('a source that answers its end with nonsense, an error or a rejection does not hide why it ended', async () => {
  for (const end of [
    () => undefined,
    () => 5,
    () => Promise.reject(new Error('end')),
    () => {
      throw new Error('end');
    },
  ]) {
    const { write } = setUp();
    const { source, ends } = sourceOf(async () => ({ done: false, value: { id: 'one' } as object }), end);
    await expect(write(source)).rejects.toMatchObject({ code: 'VALUE_INVALID' });
    expect(ends()).toBe(1);
  }
});

test('a source that hangs is left when the time is up or the signal fires', async () => {
  for (const how of ['timeout', 'signal'] as const) {
    const stop = new AbortController();
    const { host, write, written } = setUp(how === 'timeout' ? { timeout: '1s' } : { signal: stop.signal });
    const { source, ends } = sourceOf((n) => (n === 0 ? Promise.resolve(row(1)) : new Promise(() => undefined)));
    const outcome = write(source).catch((error: { code: string }) => error.code);
    for (let i = 0; i < 3; i++) await host.turns.next();
    if (how === 'timeout') host.pass(1000);
    else stop.abort();
    expect(await outcome).toBe(how === 'timeout' ? 'TIMEOUT' : 'ABORTED');
    expect([written(), ends(), host.timerCount]).toEqual([1, 1, 0]);
  }
});

test('a slow source is asked for its next row only when the last one is written', async () => {
  const { host, write, written } = setUp();
  let asked = 0;
  const { source, ends } = sourceOf(async (n) => {
    asked++;
    expect(written()).toBe(n);
    await host.turns.next();
    return n === 5 ? { done: true, value: undefined } : row(n);
  });
  expect(await write(source)).toMatchObject({ written: 5 });
  expect([asked, ends()]).toEqual([6, 0]);
});

test('a source that always has the next row is never ahead by more than one, and other work gets its turns', async () => {
  const ROWS = 200_000;
  const { host, router } = counted();
  const ahead: number[] = [];
  const { source, ends } = sourceOf(async (n) => {
    if (router.written !== n) ahead.push(n);
    return n === ROWS ? { done: true, value: undefined } : row(n);
  });
  await writeMany({ type: Item, router: router as never, ...AS_USUAL }, source, testPace(host), testCall(host));
  expect(ahead).toEqual([]);
  expect([router.written, ends()]).toEqual([ROWS, 0]);
  expect(host.turnCount).toBeGreaterThan(ROWS / 64);
});

test('rows of a megabyte are a step each', async () => {
  const Doc = defineType('Doc', { id: t.int32(), text: t.string() }, { key: 'id' });
  const host = testHost();
  const { router } = testRouter(Doc, 1, host);
  const text = 'x'.repeat(1 << 20);
  const rows = Array.from({ length: 20 }, (_, id) => ({ id, text }));
  await writeMany({ type: Doc, router, ...AS_USUAL }, rows, testPace(host), testCall(host));
  expect(host.turnCount).toBe(21);
});

test('a source is told that no more is wanted when the grid closes, also while it is slow', async () => {
  const closing = new AbortController();
  const host = testHost();
  const { router } = testRouter(Item, 1, host);
  const { source, ends } = sourceOf((n) => (n < 3 ? Promise.resolve(row(n)) : new Promise(() => undefined)));
  const call = testCall(host, {}, closing.signal);
  const outcome = writeMany({ type: Item, router, ...AS_USUAL }, source, testPace(host), call).catch((error) => error);
  for (let i = 0; i < 6; i++) await host.turns.next();
  closing.abort();
  expect(await outcome).toMatchObject({ code: 'CLOSED', details: { written: 3 } });
  expect(ends()).toBe(1);
});

test('a source whose next() answers with no object is refused by name', async () => {
  for (const step of [undefined, null, 5]) {
    const { write } = setUp();
    const { source } = sourceOf(async () => step as never);
    await expect(write(source)).rejects.toMatchObject({ code: 'VALUE_INVALID' });
  }
});

test('what is no list of rows is refused', async () => {
  const { write } = setUp();
  for (const rows of [5, 'text', null, undefined, { id: 1 }])
    await expect(write(rows)).rejects.toMatchObject({ code: 'VALUE_INVALID' });
  for (const rows of [[5], [null], [[]], ['row'], [Promise.resolve({ id: 1, n: 1 })]])
    await expect(write(rows)).rejects.toMatchObject({ code: 'VALUE_INVALID', details: { row: 0 } });
});
