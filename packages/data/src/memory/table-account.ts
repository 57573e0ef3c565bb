/** Memory of one type, counted: of one table, or of all its partitions together. Bytes throughout. */
export interface TableAccount {
  /** Cells, null bitmaps, bounds of pages; of text also its dictionary, which is named once more. */
  readonly columns: readonly ColumnAccount[];
  /** The key's index, called `key`, and those that the type declares. */
  readonly indexes: readonly IndexAccount[];
  /** Long text, bytes, json, arrays. */
  readonly heap: HeapAccount;
  /** Which rows there are. */
  readonly rowMapBytes: number;
  /** Rows that the pages have places for: how far they exceed the rows is what deletes have spread out. */
  readonly rowPlaces: number;
  /** Old pages that only open snapshots still reach: not part of the others. */
  readonly pinnedBytes: number;
}

export interface ColumnAccount {
  readonly name: string;
  readonly bytes: number;
  readonly dictionaryBytes: number;
}

export interface IndexAccount {
  readonly name: string;
  readonly bytes: number;
}

export interface HeapAccount {
  /** Pages. */
  readonly bytes: number;
  /** Values on them, released ones included. */
  readonly usedBytes: number;
  /** Values that rows hold. */
  readonly liveBytes: number;
}

/** Several partitions of one type as one. Columns and indexes are told by their names, in the order in which they come. */
export function sumAccounts(accounts: readonly TableAccount[]): TableAccount {
  const total = (bytesOf: (account: TableAccount) => number): number =>
    accounts.reduce((bytes, account) => bytes + bytesOf(account), 0);
  return {
    columns: byName(accounts.flatMap(({ columns }) => columns)).map((columns) => ({
      name: columns[0].name,
      bytes: sumOf(columns, 'bytes'),
      dictionaryBytes: sumOf(columns, 'dictionaryBytes'),
    })),
    indexes: byName(accounts.flatMap(({ indexes }) => indexes)).map((indexes) => ({
      name: indexes[0].name,
      bytes: sumOf(indexes, 'bytes'),
    })),
    heap: {
      bytes: total(({ heap }) => heap.bytes),
      usedBytes: total(({ heap }) => heap.usedBytes),
      liveBytes: total(({ heap }) => heap.liveBytes),
    },
    rowMapBytes: total(({ rowMapBytes }) => rowMapBytes),
    rowPlaces: total(({ rowPlaces }) => rowPlaces),
    pinnedBytes: total(({ pinnedBytes }) => pinnedBytes),
  };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.name);
    if (group === undefined) groups.set(item.name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function sumOf<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((sum, item) => sum + item[key], 0);
}
