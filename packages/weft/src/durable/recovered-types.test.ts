import { Arena, defineType, finish, planEvolution, t } from '@weft/data';
import { PartitionLog } from '@weft/log';
import { Partition } from '@weft/store';
import { expect, test } from 'vitest';
import { recoveredTypes } from './recovered-types.ts';

const First = defineType('Item', { id: t.int32() }, { key: 'id' });
const Second = defineType('Item', { id: t.int32(), n: t.int32().default(7) }, { key: 'id' });
const Note = defineType('Note', { text: t.string() });
const clock = { monotonicMs: () => 0, wallMs: () => 0 };
const arena = new Arena({ segmentBytes: 1 << 24 });

function partitions(): Partition[] {
  return [0, 1, 2].map((number) => {
    const log = new PartitionLog({ partition: number, clock, isOn: true });
    return new Partition({ number, partitions: 3, arena, clock, log });
  });
}

function write(partition: Partition, type: typeof First | typeof Note, ...values: unknown[]): void {
  const { table } = partition.port(type.schema);
  const row = table.schema.columns.map((_, at) => values[at]);
  table.write(row, 0, 'replace');
}

test('partitions that a crash left behind follow to the last declaration, or get a type that they do not know', () => {
  const all = partitions();
  for (const partition of all.slice(0, 2)) write(partition, First, partition.number);
  const port = all[0]!.port(First.schema);
  finish(port.evolve(planEvolution(First.schema, Second.schema))).commit();
  const [item] = recoveredTypes(all);
  expect(item?.declarations.map(({ fingerprint }) => fingerprint)).toEqual([
    First.schema.fingerprint,
    Second.schema.fingerprint,
  ]);
  for (const partition of all) {
    expect(partition.port(First.schema).schema.fingerprint).toBe(Second.schema.fingerprint);
    expect(partition.log.types.declarationsOf('Item').length).toBe(2);
  }
  expect(all[1]!.port(First.schema).get(1)).toEqual({ id: 1, n: 7 });
});

test('keys that Weft made go on above the greatest that there is', () => {
  const all = partitions();
  const ordinal = Note.schema.columns.findIndex(({ role }) => role === 'hiddenKey');
  for (const [number, key] of [5n, 900n, 30n].entries()) {
    const values: unknown[] = ['x'];
    values[ordinal] = key;
    write(all[number]!, Note, ...values);
  }
  expect(recoveredTypes(all)).toMatchObject([{ lastHiddenKey: 900n }]);
});
