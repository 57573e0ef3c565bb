import { murmur3Int64, murmur3String } from '@weft/base';
import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import { generateId } from './generated-id.ts';
import { KeyCode } from './key-code.ts';
import { Sample } from './row.fixture.ts';

const single = new KeyCode(defineType('One', { id: t.int32(), note: t.string() }, { key: 'id' }).schema);
const compound = new KeyCode(
  defineType('Two', { id: t.int32(), region: t.string() }, { key: ['region', 'id'] }).schema,
);
const routed = new KeyCode(
  defineType('Routed', { id: t.int32(), region: t.string() }, { key: 'id', routing: 'region' }).schema,
);
const inId = new KeyCode(Sample.schema);

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  throw new Error('nothing was thrown');
}

test('a key of one column is its bare value, of several columns the values in key order', () => {
  expect(single.check(5)).toBe(5);
  expect(compound.check({ id: 5, region: 'eu' })).toEqual(['eu', 5]);
});

test('a routing column outside the key belongs to the identity, after the key', () => {
  expect(routed.columns.map(({ name }) => name)).toEqual(['id', 'region']);
  expect(routed.check({ id: 5, region: 'eu' })).toEqual([5, 'eu']);
});

test('a generated id is the whole identity, whatever the routing', () => {
  expect([inId.isSlotInId, inId.columns.map(({ name }) => name)]).toEqual([true, ['id']]);
  const id = generateId({ slot: 1234, wallMs: 1_700_000_000_000, random: { uint32: () => 7 } });
  expect(inId.slotOf(inId.check(id))).toBe(1234);
});

test('the slot is that of the routing value, wherever it stands in the key', () => {
  expect(single.slotOf(5)).toBe(murmur3Int64(5, 0, 0) & 4095);
  // The first column of a key routes unless the type says otherwise.
  for (const [code, key] of [
    [compound, ['eu', 5]],
    [routed, [5, 'eu']],
  ] as const)
    expect(code.slotOf(key)).toBe(murmur3String('eu', 0) & 4095);
});

test('the key of a row is read from its values by ordinal', () => {
  expect([single.of([5, 'x']), compound.of([5, 'eu'])]).toEqual([5, ['eu', 5]]);
});

test('a key of the wrong shape, with a part missing or of the wrong kind, is refused', () => {
  expect(codeOf(() => compound.check('eu'))).toBe('KEY_INVALID');
  expect(codeOf(() => compound.check(null))).toBe('KEY_INVALID');
  expect(codeOf(() => compound.check({ region: 'eu' }))).toBe('KEY_INVALID');
  expect(codeOf(() => single.check(undefined))).toBe('KEY_INVALID');
  expect(codeOf(() => single.check('5'))).toBe('VALUE_INVALID');
  expect(codeOf(() => single.check(2 ** 40))).toBe('VALUE_OUT_OF_RANGE');
});

test('text that is no generated id names no slot', () => {
  expect(inId.slotOf('mine')).toBe(-1);
  expect(codeOf(() => inId.slotInId('mine'))).toBe('KEY_INVALID');
});

test('a key is described by its columns, long text cut short and bytes by their length only', () => {
  expect(compound.describe(['eu', 5])).toBe('region "eu", id 5');
  const text = new KeyCode(defineType('Text', { id: t.string() }, { key: 'id' }).schema);
  expect(text.describe('x'.repeat(1000))).toBe(`id "${'x'.repeat(64)}…"`);
  const bytes = new KeyCode(defineType('Bytes', { id: t.bytes() }, { key: 'id' }).schema);
  expect(bytes.describe(new Uint8Array([1, 2, 3]))).toBe('id 3 bytes');
  const instant = new KeyCode(defineType('At', { id: t.timestamp() }, { key: 'id' }).schema);
  expect(instant.describe(new Date(0))).toBe('id 1970-01-01T00:00:00.000Z');
});
