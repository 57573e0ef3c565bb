/** What happened to the rows of a grid, told by a naive model beside it, and what a subscriber must therefore hear. */
import { partitionOf, slotOf } from '@weft/data';
import { defineType, t, type Infer } from 'weft';

export const Item = defineType(
  'Item',
  { id: t.string(), group: t.string().index(), n: t.int32() },
  { key: 'id', log: { before: true } },
);
export type Row = Infer<typeof Item>;

/** One change, as an event says it but for its lsn. */
export interface Told {
  readonly type: string;
  readonly key?: string;
  readonly before?: Row;
  readonly after?: Row;
  readonly filter?: string;
  readonly partition: number;
}

export interface Filter {
  readonly name: string;
  readonly where: any;
  readonly matches: (row: Row) => boolean;
}

export const filters: readonly Filter[] = [
  { name: 'all', where: undefined, matches: () => true },
  { name: 'group a', where: { group: 'a' }, matches: ({ group }) => group === 'a' },
  { name: 'group b', where: { group: 'b' }, matches: ({ group }) => group === 'b' },
  { name: 'id 1', where: { id: 'i1' }, matches: ({ id }) => id === 'i1' },
  { name: 'n over 4', where: (r: any) => r.n.gt(4), matches: ({ n }) => n > 4 },
  {
    name: 'group a and n over 4',
    where: (r: any) => r.group.eq('a').and(r.n.gt(4)),
    matches: ({ group, n }) => group === 'a' && n > 4,
  },
];

/** The rows, and all that happened to them. */
export class History {
  readonly rows = new Map<string, Row>();
  readonly all: Told[] = [];
  readonly #partitions: number;

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  partitionOf(id: string): number {
    return partitionOf(slotOf(Item.schema.columns[Item.schema.routing]!, id), this.#partitions);
  }

  put(row: Row): void {
    const after = { ...row };
    const before = this.rows.get(after.id);
    const partition = this.partitionOf(after.id);
    this.rows.set(after.id, after);
    if (before === undefined) this.all.push({ type: 'insert', key: after.id, after, partition });
    else this.all.push({ type: 'update', key: after.id, before, after, partition });
  }

  remove(id: string): void {
    const before = this.rows.get(id);
    if (before === undefined) return;
    this.rows.delete(id);
    this.all.push({ type: 'delete', key: id, before, partition: this.partitionOf(id) });
  }

  clear(): void {
    this.rows.clear();
    for (let partition = 0; partition < this.#partitions; partition++) this.all.push({ type: 'clear', partition });
  }

  /** What somebody with this filter hears of one partition behind the first `from` changes. */
  heard({ matches }: Filter, from: number, partition: number): Told[] {
    return this.all.slice(from).flatMap((told) => {
      if (told.partition !== partition) return [];
      if (told.type === 'clear') return [told];
      const wasIn = told.before !== undefined && matches(told.before);
      const isIn = told.after !== undefined && matches(told.after);
      if (!wasIn && !isIn) return [];
      return [{ ...told, filter: isIn ? (wasIn ? 'stays' : 'enters') : 'leaves' }];
    });
  }
}
