import type { Manifest } from './manifest.ts';
import { readJson, type PageSource } from './page-source.ts';
import { pagesOfList, type StoredTable } from './stored-table.ts';

/**
 * Everything that a snapshot is made of, by reading what names the rest; a source may answer `null` for what cannot be read. Throws
 * SNAPSHOT_DAMAGED.
 */
export async function namesOf({ partitions }: Manifest, source: PageSource): Promise<Set<string>> {
  const names = new Set<string>();
  for (const { tables, beside } of partitions) {
    for (const list of Object.values(beside).flat()) names.add(list);
    for (const table of tables) {
      names.add(table);
      await addNames((await readJson(source, table)) as StoredTable | null, source, names);
    }
  }
  return names;
}

async function addNames(table: StoredTable | null, source: PageSource, names: Set<string>): Promise<void> {
  if (table === null) return;
  const { live, heap, columns } = table;
  for (const texts of columns.flatMap(({ codes }) => codes?.lists ?? [])) names.add(texts);
  for (const list of [...live, ...heap.lists, ...columns.flatMap(({ lists }) => lists)]) {
    if (names.has(list)) continue;
    names.add(list);
    for (const page of pagesOfList(((await readJson(source, list)) ?? []) as unknown[])) names.add(page);
  }
}
