import type { BatchColumn } from '@weft/data';
import { expect, test } from 'vitest';
import { SharedTexts } from './shared-texts.ts';

function column(values: readonly unknown[] | undefined, ordinal = 0): BatchColumn {
  return { ordinal, data: new Uint32Array([1, 0, 1]), values };
}

test('leaves a batch with the values that it had, of every kind and in their order', () => {
  const texts = new SharedTexts();
  const bytes = new Uint8Array(2);
  const values = [undefined, 'JFK', '', bytes, 7n];
  expect(texts.shared(column(values))).toEqual(column(values));
  const again = [undefined, 'SFO', 'JFK', bytes, ''];
  expect(texts.shared(column(again))).toEqual(column(again));
  expect(texts.shared(column(again)).values?.[3]).toBe(bytes);
});

test('leaves columns alone that have no texts by position, or many', () => {
  const texts = new SharedTexts();
  const bare = column(undefined);
  const many = column(Array.from({ length: 1025 }, (_, i) => `text ${i}`));
  expect(texts.shared(bare)).toBe(bare);
  expect(texts.shared(many)).toBe(many);
});

test('goes on giving the right texts when there are more than it keeps', () => {
  const texts = new SharedTexts();
  for (let batch = 0; batch < 12; batch++) {
    const values = Array.from({ length: 1000 }, (_, i) => `text ${batch * 500 + i}`);
    expect(texts.shared(column(values)).values).toEqual(values);
  }
});
