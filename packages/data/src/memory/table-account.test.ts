import { expect, test } from 'vitest';
import { sumAccounts, type TableAccount } from './table-account.ts';

const account: TableAccount = {
  columns: [
    { name: 'id', bytes: 10, dictionaryBytes: 0 },
    { name: 'tag', bytes: 5, dictionaryBytes: 3 },
  ],
  indexes: [{ name: 'key', bytes: 7 }],
  heap: { bytes: 100, usedBytes: 80, liveBytes: 60 },
  rowMapBytes: 1,
  rowPlaces: 10,
  pinnedBytes: 2,
};

test('partitions add up by the names of columns and indexes, also where one has a column more', () => {
  const wider = { ...account, columns: [...account.columns, { name: 'note', bytes: 1, dictionaryBytes: 0 }] };
  expect(sumAccounts([account, wider, account])).toEqual({
    columns: [
      { name: 'id', bytes: 30, dictionaryBytes: 0 },
      { name: 'tag', bytes: 15, dictionaryBytes: 9 },
      { name: 'note', bytes: 1, dictionaryBytes: 0 },
    ],
    indexes: [{ name: 'key', bytes: 21 }],
    heap: { bytes: 300, usedBytes: 240, liveBytes: 180 },
    rowMapBytes: 3,
    rowPlaces: 30,
    pinnedBytes: 6,
  });
});

test('a type that never had a row takes nothing', () => {
  expect(sumAccounts([])).toEqual({
    columns: [],
    indexes: [],
    heap: { bytes: 0, usedBytes: 0, liveBytes: 0 },
    rowMapBytes: 0,
    rowPlaces: 0,
    pinnedBytes: 0,
  });
});
