import { expect, test } from 'vitest';
import type { Grid } from '@weft/client';
import { defineType, schemaJson, t, type AnyType } from '@weft/data';
import { DECLARATION_BYTES_MAX, Declarations } from './declarations.ts';
import { TypeTable } from './type-table.ts';

const LONG = 3_000_000;

/** A declaration of so many bytes and some. */
function declaration(name: string, length: number): string {
  const type = defineType(name, { id: t.int32(), text: t.string().default('x'.repeat(length)) }, { key: 'id' });
  return JSON.stringify(schemaJson(type.schema));
}

test('declarations are bounded by their bytes, each counted once; those that are known go on', () => {
  const declarations = new Declarations();
  const first = declaration('T0', LONG);
  const { form } = declarations.of(first);
  expect(declarations.of(first).form).toBe(form);
  expect(declarations.counts).toEqual({ declarations: 1, declarationBytes: first.length });
  const most = Math.floor(DECLARATION_BYTES_MAX / first.length);
  for (let i = 1; i < most; i++) declarations.of(declaration(`T${i}`, LONG));
  expect(() => declarations.of(declaration('Last', LONG))).toThrow(/DECLARATION_BYTES_MAX/);
  expect(declarations.of(first).form).toBe(form);
  expect(declarations.counts.declarations).toBe(most);
});

test('what the grid refuses counts for the host as long as its connection is there', () => {
  const declarations = new Declarations();
  const grid = { space: () => Promise.reject } as unknown as Grid;
  const refused = 'x'.repeat(LONG);
  const tables: TypeTable[] = [];
  const open = (): void => {
    const table = new TypeTable(declarations, grid);
    tables.push(table);
    table.declare(1, refused);
  };
  while (declarations.counts.declarationBytes + LONG <= DECLARATION_BYTES_MAX) open();
  expect(open).toThrow(/DECLARATION_BYTES_MAX/);
  for (const table of tables) table.close();
  expect(declarations.counts).toEqual({ declarations: 0, declarationBytes: 0 });
});

test('a type that a connection names by many numbers is opened once', () => {
  const space = { served: {} };
  const grid = { space: (_: AnyType) => space } as unknown as Grid;
  const table = new TypeTable(new Declarations(), grid);
  const text = declaration('Order', 1);
  for (let number = 1; number <= 100; number++) table.declare(number, text);
  expect(table.of(100)).toBe(table.of(1));
});
