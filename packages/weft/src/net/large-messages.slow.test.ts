import { afterEach, expect, test } from 'vitest';
import { defineType, ROW_BYTES_MAX, t, VALUE_BYTES_MAX } from '@weft/data';
import type { MemberEvent } from '@weft/member';
import { REQUEST_BYTES_MAX } from '@weft/protocol';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { serve } from './serve.ts';

const Note = defineType(
  'Note',
  { id: t.int32(), first: t.string(), second: t.string().optional(), third: t.string().optional() },
  { key: 'id' },
);

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function connected() {
  const grid = await createGrid({ types: [Note], partitions: 1 });
  ends.push(() => grid.close());
  const log: MemberEvent[] = [];
  const serving = await serve({ space: 'demo', grid, partitions: 1, port: 0, log: (event) => log.push(event) });
  ends.push(() => serving.close());
  const remote = await connect(`weft://localhost:${serving.port}/demo`, { types: [Note] });
  ends.push(() => remote.close());
  return { notes: remote.space(Note), log };
}

/** A row that is as long as rows can be. */
const largest = (id: number, letter: string) => {
  const half = letter.repeat(VALUE_BYTES_MAX);
  return { id, first: half, second: half.slice(0, ROW_BYTES_MAX - VALUE_BYTES_MAX) };
};

test('a call that no frame can hold ends at once and says so; the connection stays, and the host hears of nothing odd', async () => {
  const { notes, log } = await connected();
  const text = 'x'.repeat(8 * 1024);
  const texts = Array.from({ length: REQUEST_BYTES_MAX / text.length }, (_, i) => `${i}${text}`);
  const beginMs = Date.now();
  const long = 'y'.repeat(VALUE_BYTES_MAX);
  const events = notes.subscribe(({ first }) => first.in(texts));
  const calls: [string, PromiseLike<unknown>][] = [
    ['count', notes.count(({ first }) => first.in(texts))],
    ['find', notes.find(({ first }) => first.in(texts))],
    ['deleteMany', notes.deleteMany(({ first }) => first.in(texts))],
    ['take', notes.take(({ first }) => first.in(texts), { wait: '1m' })],
    ['update', notes.update(1, { first: long, second: long, third: long })],
    ['subscribe', events.next()],
  ];
  await Promise.all(
    calls.map(([verb, call]) =>
      expect(call).rejects.toMatchObject({
        code: 'REQUEST_TOO_LARGE',
        outcome: 'definite',
        message: expect.stringMatching(new RegExp(`^Note\\.${verb}: .*REQUEST_BYTES_MAX, ${REQUEST_BYTES_MAX}`)),
        details: { bytesMax: REQUEST_BYTES_MAX },
      }),
    ),
  );
  expect(await notes.count()).toBe(0);
  expect(Date.now() - beginMs).toBeLessThan(20_000);
  expect(log.map(({ message }) => message)).toEqual([]);
});

test('a row as long as rows can be comes through: written, read, found, written among many, and as an event with the one before', async () => {
  const { notes, log } = await connected();
  const events = notes.subscribe();
  await events.ready;
  await notes.write(largest(1, 'x'));
  expect(await notes.writeMany([largest(1, 'y'), { id: 2, first: 'z' }])).toMatchObject({ replaced: 1 });
  expect((await notes.get(1))?.first[0]).toBe('y');
  expect((await notes.find(({ id }) => id.gt(0))).map(({ first }) => first.length)).toEqual([VALUE_BYTES_MAX, 1]);
  const told = [await events.next(), await events.next(), await events.next()].map(({ value }) => value!);
  expect(told).toMatchObject([{ type: 'insert' }, { type: 'update', before: { id: 1 } }, { type: 'insert', key: 2 }]);
  await events.close();
  expect(log.map(({ message }) => message)).toEqual([]);
});
