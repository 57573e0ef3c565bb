import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalUuid, readUuid, writeUuid } from './uuid.ts';

test('the bytes are the hexadecimal digits in text order, at their place, and read back in lower case', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.boolean(), fc.nat({ max: 7 }), (uuid, upper, offset) => {
      const target = new Uint8Array(new SharedArrayBuffer(offset + 17)).fill(0xee);
      writeUuid(target, offset, upper ? uuid.toUpperCase() : uuid);
      expect(Buffer.from(target.slice(offset, offset + 16)).toString('hex')).toBe(uuid.replaceAll('-', ''));
      expect(target[offset + 16]).toBe(0xee);
      expect(readUuid(target, offset)).toBe(uuid);
    }),
  );
});

test.each([
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-ffff-FFFF-ffff-FFFFFFFFFFFF',
  '0189f7ea-ae2c-7b5e-8f1d-1234567890ab',
])('%s is a uuid, of whatever version', (text) => {
  expect(normalUuid(text)).toBe(text.toLowerCase());
});

test.each([
  '',
  '00000000000000000000000000000000',
  '{00000000-0000-0000-0000-000000000000}',
  '0000000g-0000-0000-0000-000000000000',
  '0000000é-0000-0000-0000-000000000000',
  '0000000\u0130-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000_000000000000',
  '-0000000-0000-0000-0000-000000000000',
  '000000000-000-0000-0000-000000000000',
  '00000000-0000-0000-0000-0000000000000',
  '00000000-0000-0000-0000-00000000000\n',
])('%j is no uuid', (text) => {
  expect(normalUuid(text)).toBeUndefined();
});
