import { expect, test } from 'vitest';
import { t } from './builders.ts';
import { defineType } from './define-type.ts';

const columns = {
  id: t.string(),
  lastSeen: t.timestamp().index('ordered'),
  hits: t.int32().index('hash'),
  day: t.date(),
};
const evictOf = (evict: unknown): unknown =>
  defineType('Session', columns, {
    key: 'id',
    evict: evict as never,
    indexes: [{ on: ['day', 'hits'], kind: 'ordered' }],
  }).schema.evict;

test('a type without the option evicts nothing', () => {
  expect(evictOf(undefined)).toBe(undefined);
});

test('rows go by use, or by the smallest values of a column that an ordered index begins with', () => {
  expect(evictOf('lru')).toEqual({ policy: 'lru' });
  expect(evictOf({ policy: 'lru', maxRows: 5 })).toEqual({ policy: 'lru', maxRows: 5 });
  expect(evictOf({ by: 'lastSeen' })).toEqual({ policy: 'order', column: 1 });
  expect(evictOf({ by: 'day', maxRows: 7 })).toEqual({ policy: 'order', column: 3, maxRows: 7 });
});

test.each([
  [
    { by: 'hits' },
    "Session.hits: rows are evicted by a column that an ordered index begins with; write .index('ordered') behind the column.",
  ],
  [{ by: 'lastseen' }, 'Session: the column to evict by "lastseen" is not a column; did you mean lastSeen?'],
  [{ policy: 'lru', maxRows: 0 }, 'Session: maxRows of evict is a whole number above zero, not 0.'],
  [{ policy: 'lru', maxRows: '10' }, 'Session: maxRows of evict is a whole number above zero, not "10".'],
])('%j is refused with what to do', (evict, message) => {
  expect(() => evictOf(evict)).toThrow(expect.objectContaining({ code: 'TYPE_INVALID', message }));
});

test.each([null, 'lfu', 3, {}, { policy: 'fifo' }, { policy: 'lru', by: 'day' }, { by: 'day', rows: 5 }])(
  '%j does not say how to evict',
  (evict) => {
    expect(() => evictOf(evict)).toThrow(
      expect.objectContaining({ code: 'TYPE_INVALID', message: expect.stringContaining('does not say how to evict') }),
    );
  },
);
