import { finish, planEvolution } from '@weft/data';
import { expect, test } from 'vitest';
import { drained, gathered, pausing, testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';
import { asLater, Later, shownThing, Thing, thing } from './evolution.fixture.ts';

const plan = planEvolution(Thing.schema, Later.schema);

function filled(rows: number): TestTable {
  const made = testTable(Thing);
  for (let id = 0; id < rows; id++) made.write(thing(id));
  return made;
}

test('after an evolution every row is as the next declaration has it, and its indexes hold all of them', () => {
  const made = filled(10_000);
  const prepared = drained(made.port.evolve(plan, pausing()));
  expect([prepared.failure, prepared.isReady]).toEqual([undefined, true]);
  expect(made.port.get(3)).toEqual({ ...shownThing(thing(3)), version: 1 });
  prepared.commit();
  for (const id of [0, 1, 8191, 8192, 9999]) expect(made.port.get(id)).toEqual(asLater(thing(id), 1));
  expectIndexesInStep(made.port.table);
  expect(made.port.table.columns.map(({ schema }) => schema)).toEqual(Later.schema.columns);
  finish(made.port.deleteMany(undefined));
  expect(made.port.rows).toBe(0);
  made.port.clear();
});

test('writes between the slices are in the next declaration, wherever the walk stands', () => {
  const made = filled(9000);
  const shifts = new Map<number, [number, number]>();
  for (let id = 0; id < 9000; id++) shifts.set(id, [0, 1]);
  const prepared = drained(made.port.evolve(plan, pausing()), (pause) => {
    const id = (pause * 37) % 9500;
    made.write(thing(id, pause));
    shifts.set(id, [pause, (shifts.get(id)?.[1] ?? 0) + 1]);
    const gone = (pause * 53) % 9000;
    made.port.delete(gone);
    shifts.delete(gone);
  });
  prepared.commit();
  expectIndexesInStep(made.port.table);
  const rows = gathered(made.port.find(made.plan(undefined, {})));
  expect(rows.length).toBe(shifts.size);
  for (const row of rows as { id: number }[]) {
    const [shift, version] = shifts.get(row.id)!;
    expect(row).toEqual(asLater(thing(row.id, shift), version));
  }
  made.port.clear();
});
